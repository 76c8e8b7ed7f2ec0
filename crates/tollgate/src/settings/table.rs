//! The table of settings. Names, flags, keys of the file, defaults and documents are read from it.

/// Writes the names of settings and their rows from one list.
macro_rules! settings {
    ($($id:ident: $accepts:ident, $yaml:literal, $variable:literal, $help:literal, {
        $($field:ident: $value:expr),*
    };)+) => {
        /// A setting of the table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Id { $($id),+ }

        pub(crate) const TABLE: &[Setting] = &[$(Setting {
            id: Id::$id,
            accepts: Accepts::$accepts,
            yaml: $yaml,
            variable: $variable,
            help: $help,
            $($field: $value,)*
            ..ROW
        }),+];
    };
}

settings! {
    Enabled: Switch, "metrics.enabled", "METRICS_ENABLED", "Collect and serve metrics", {
        other_variables: &["SERVE_PROMETHEUS_ENDPOINT"],
        prefixed_variables: &["PROMETHEUS_ENABLE"],
        flags: &["metrics-enabled", "prometheus-enable"],
        default: Some("false")
    };
    Endpoint: Endpoint, "metrics.endpoint", "METRICS_ENDPOINT", "Path of the metrics, below the base path", {
        flags: &["metrics-endpoint"],
        default: Some("/metrics")
    };
    Address: Address, "metrics.address", "METRICS_ADDRESS", "Listener of the metrics' own, instead of the app's", {
        other_variables: &["PROMETHEUS_PORT"],
        prefixed_variables: &["PROMETHEUS_ADDRESS"],
        flags: &["metrics-address", "prometheus-address"]
    };
    PortRange: PortRange, "metrics.port_range", "METRICS_PORT_RANGE", "Ports of which that listener takes the first free one", {};
    Namespace: Name, "metrics.namespace", "METRICS_NAMESPACE", "Prefix of the names of all request metrics", {};
    Buckets: Bounds, "metrics.buckets", "METRICS_BUCKETS", "Upper bounds of the histograms' buckets, in seconds", {
        default: Some("0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10")
    };
    BodySizes: Switch, "metrics.body_sizes", "METRICS_BODY_SIZES", "Measure the sizes of bodies too", {
        default: Some("false")
    };
    Db: Switch, "metrics.db", "METRICS_DB", "Measure the database", {
        other_variables: &["ENABLE_DB_METRICS"],
        default: Some("false")
    };
    PushUrl: Url, "metrics.push_url", "METRICS_PUSH_URL", "Pushgateway that a job pushes its metrics to", {};
    PushJob: Text, "metrics.push_job", "METRICS_PUSH_JOB", "Name of that job, needed for a push", {};
    PushInstance: Text, "metrics.push_instance", "METRICS_PUSH_INSTANCE", "Name that tells several instances of that job apart", {};
    PushInterval: Interval, "metrics.push_interval", "METRICS_PUSH_INTERVAL", "Interval of the pushes before that job ends", {};
    MasterKey: MasterKey, "server.master_key", "MASTER_KEY", "Key that opens the metrics", {};
    MasterKeyFile: MasterKeyFile, "server.master_key_file", "MASTER_KEY_FILE", "File of keys that open the metrics", {
        flags: &["master-key-file"]
    };
    BasePath: BasePath, "server.base_path", "BASE_PATH", "Path that the app is served below", {
        default: Some("/")
    };
    Port: Port, "server.port", "PORT", "The app's own port, for the app to read", {};
    ManagementAddress: Address, "management.address", "MANAGEMENT_ADDRESS", "Listener of the management endpoints", {
        flags: &["management-address"]
    };
    EnvShow: Names, "management.env.show", "MANAGEMENT_ENV_SHOW", "Settings and properties whose values `/env` shows", {};
}

/// A row of the table.
#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) id: Id,
    pub(crate) accepts: Accepts,
    /// Section and key in the file.
    pub(crate) yaml: &'static str,
    pub(crate) variable: &'static str,
    pub(crate) other_variables: &'static [&'static str],
    /// Variables that are looked up with a prefix only: `PROMETHEUS_ENABLE` as
    /// `CODER_PROMETHEUS_ENABLE`.
    pub(crate) prefixed_variables: &'static [&'static str],
    /// Without the dashes, its own name first.
    pub(crate) flags: &'static [&'static str],
    pub(crate) default: Option<&'static str>,
    /// One line, without a full stop.
    pub(crate) help: &'static str,
}

/// Fields that most rows leave out.
const ROW: Setting = Setting {
    id: Id::Enabled,
    accepts: Accepts::Switch,
    yaml: "",
    variable: "",
    other_variables: &[],
    prefixed_variables: &[],
    flags: &[],
    default: None,
    help: "",
};

/// The kind of value that a setting accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accepts {
    Switch,
    Endpoint,
    BasePath,
    Address,
    PortRange,
    Name,
    Bounds,
    Port,
    Url,
    Text,
    Interval,
    Names,
    MasterKey,
    MasterKeyFile,
}

impl Id {
    pub(crate) fn setting(self) -> &'static Setting {
        &TABLE[self as usize]
    }
}

impl Setting {
    /// All variables that need no prefix, its own first.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &'static str> + Clone {
        let others = self.other_variables.iter().copied();
        [self.variable].into_iter().chain(others)
    }
}

impl Accepts {
    /// The value of a secret is shown nowhere.
    pub(crate) fn is_secret(self) -> bool {
        self == Self::MasterKey
    }

    /// Whether no error of the value repeats it.
    pub(crate) fn hides_its_value(self) -> bool {
        matches!(self, Self::MasterKey | Self::Url)
    }

    /// In the file, a list stands for the same with commas.
    pub(crate) fn is_list(self) -> bool {
        matches!(self, Self::Bounds | Self::Names)
    }

    /// Accepted values, in words that follow "use" or "accepted:".
    pub(crate) const fn description(self) -> &'static str {
        match self {
            Self::Switch => "true, 1, yes or on, or else false, 0, no or off, in any case",
            Self::Endpoint => "one plain path: a leading /, no captures, query, //, . or ..",
            Self::BasePath => "/, or one plain path that all others are below",
            Self::Address => {
                "host:port, a port alone for 127.0.0.1, port 0 for any free one, or unix:/path"
            }
            Self::PortRange => "two ports, such as 8001-8049",
            Self::Name => "letters, digits and _, no digit first",
            Self::Bounds => "up to 512 finite numbers, the lowest first",
            Self::Port => "a number from 0 (any free port) to 65535",
            Self::Url => "the base URL of a Pushgateway, such as http://gateway.internal:9091",
            Self::Text => "any text",
            Self::Interval => "a time such as 30s, 10m or 1h 30m",
            Self::Names => "names with a comma between them",
            Self::MasterKey => "16 to 1,024 characters of visible ASCII",
            Self::MasterKeyFile => "a file with one key per line, re-read when it changes",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn setting_is_found_by_its_id() {
        for (index, setting) in TABLE.iter().enumerate() {
            assert_eq!(setting.id as usize, index, "{}", setting.yaml);
            assert_eq!(setting.id.setting().yaml, setting.yaml);
        }
    }

    #[test]
    fn secret_has_no_flag_and_one_variable() {
        for setting in TABLE.iter().filter(|setting| setting.accepts.is_secret()) {
            assert!(setting.flags.is_empty(), "{}", setting.yaml);
            assert!(setting.other_variables.is_empty(), "{}", setting.yaml);
        }
    }
}
