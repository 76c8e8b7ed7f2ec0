//! Every setting, once.

/// A setting, by which it is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Id {
    Enabled,
    Endpoint,
    Address,
    PortRange,
    Namespace,
    Buckets,
    BodySizes,
    Db,
    PushUrl,
    PushJob,
    PushInstance,
    PushInterval,
    MasterKey,
    MasterKeyFile,
    BasePath,
    Port,
    ManagementAddress,
    EnvShow,
}

/// All that is known of a setting.
#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) id: Id,
    /// Its place in the file: a section and a key.
    pub(crate) yaml: &'static str,
    pub(crate) variable: &'static str,
    pub(crate) other_variables: &'static [&'static str],
    /// Variables that are looked at with a prefix only: `PROMETHEUS_ENABLE` as
    /// `CODER_PROMETHEUS_ENABLE`.
    pub(crate) prefixed_variables: &'static [&'static str],
    /// Without the dashes, its own name first.
    pub(crate) flags: &'static [&'static str],
    pub(crate) accepts: Accepts,
    pub(crate) default: Option<&'static str>,
    /// One line, as a sentence without its full stop.
    pub(crate) help: &'static str,
}

/// What is accepted as a value.
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

impl Accepts {
    /// A secret's value is shown nowhere.
    pub(super) fn is_secret(self) -> bool {
        self == Self::MasterKey
    }

    /// In words that go on after "use" or "accepted:".
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

/// What the rows below leave out.
const ROW: Setting = Setting {
    id: Id::Enabled,
    yaml: "",
    variable: "",
    other_variables: &[],
    prefixed_variables: &[],
    flags: &[],
    accepts: Accepts::Switch,
    default: None,
    help: "",
};

/// In the order of [`Id`].
pub(crate) const TABLE: [Setting; 18] = [
    Setting {
        id: Id::Enabled,
        yaml: "metrics.enabled",
        variable: "METRICS_ENABLED",
        other_variables: &["SERVE_PROMETHEUS_ENDPOINT"],
        prefixed_variables: &["PROMETHEUS_ENABLE"],
        flags: &["metrics-enabled", "prometheus-enable"],
        default: Some("false"),
        help: "Collect and serve metrics",
        ..ROW
    },
    Setting {
        id: Id::Endpoint,
        yaml: "metrics.endpoint",
        variable: "METRICS_ENDPOINT",
        flags: &["metrics-endpoint"],
        accepts: Accepts::Endpoint,
        default: Some("/metrics"),
        help: "Path of the metrics, below the base path",
        ..ROW
    },
    Setting {
        id: Id::Address,
        yaml: "metrics.address",
        variable: "METRICS_ADDRESS",
        other_variables: &["PROMETHEUS_PORT"],
        prefixed_variables: &["PROMETHEUS_ADDRESS"],
        flags: &["metrics-address", "prometheus-address"],
        accepts: Accepts::Address,
        help: "Listener of the metrics' own, instead of the app's",
        ..ROW
    },
    Setting {
        id: Id::PortRange,
        yaml: "metrics.port_range",
        variable: "METRICS_PORT_RANGE",
        accepts: Accepts::PortRange,
        help: "Ports of which that listener takes the first free one",
        ..ROW
    },
    Setting {
        id: Id::Namespace,
        yaml: "metrics.namespace",
        variable: "METRICS_NAMESPACE",
        accepts: Accepts::Name,
        help: "What goes before the name of every request metric",
        ..ROW
    },
    Setting {
        id: Id::Buckets,
        yaml: "metrics.buckets",
        variable: "METRICS_BUCKETS",
        accepts: Accepts::Bounds,
        default: Some("0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10"),
        help: "Upper bounds of the histograms' buckets, in seconds",
        ..ROW
    },
    Setting {
        id: Id::BodySizes,
        yaml: "metrics.body_sizes",
        variable: "METRICS_BODY_SIZES",
        default: Some("false"),
        help: "Measure the sizes of bodies too",
        ..ROW
    },
    Setting {
        id: Id::Db,
        yaml: "metrics.db",
        variable: "METRICS_DB",
        other_variables: &["ENABLE_DB_METRICS"],
        default: Some("false"),
        help: "Measure the database",
        ..ROW
    },
    Setting {
        id: Id::PushUrl,
        yaml: "metrics.push_url",
        variable: "METRICS_PUSH_URL",
        accepts: Accepts::Url,
        help: "Pushgateway that a job pushes its metrics to",
        ..ROW
    },
    Setting {
        id: Id::PushJob,
        yaml: "metrics.push_job",
        variable: "METRICS_PUSH_JOB",
        accepts: Accepts::Text,
        help: "Name of that job, needed for a push",
        ..ROW
    },
    Setting {
        id: Id::PushInstance,
        yaml: "metrics.push_instance",
        variable: "METRICS_PUSH_INSTANCE",
        accepts: Accepts::Text,
        help: "What tells several instances of that job apart",
        ..ROW
    },
    Setting {
        id: Id::PushInterval,
        yaml: "metrics.push_interval",
        variable: "METRICS_PUSH_INTERVAL",
        accepts: Accepts::Interval,
        help: "How often that job pushes before its end",
        ..ROW
    },
    Setting {
        id: Id::MasterKey,
        yaml: "server.master_key",
        variable: "MASTER_KEY",
        accepts: Accepts::MasterKey,
        help: "Key that opens the metrics",
        ..ROW
    },
    Setting {
        id: Id::MasterKeyFile,
        yaml: "server.master_key_file",
        variable: "MASTER_KEY_FILE",
        flags: &["master-key-file"],
        accepts: Accepts::MasterKeyFile,
        help: "File of keys that open the metrics",
        ..ROW
    },
    Setting {
        id: Id::BasePath,
        yaml: "server.base_path",
        variable: "BASE_PATH",
        accepts: Accepts::BasePath,
        default: Some("/"),
        help: "Path that the app is served below",
        ..ROW
    },
    Setting {
        id: Id::Port,
        yaml: "server.port",
        variable: "PORT",
        accepts: Accepts::Port,
        help: "The app's own port, for the app to read",
        ..ROW
    },
    Setting {
        id: Id::ManagementAddress,
        yaml: "management.address",
        variable: "MANAGEMENT_ADDRESS",
        flags: &["management-address"],
        accepts: Accepts::Address,
        help: "Listener of the management endpoints",
        ..ROW
    },
    Setting {
        id: Id::EnvShow,
        yaml: "management.env.show",
        variable: "MANAGEMENT_ENV_SHOW",
        accepts: Accepts::Names,
        help: "Settings and properties whose values `/env` shows",
        ..ROW
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_found_by_its_name() {
        for (index, setting) in TABLE.iter().enumerate() {
            assert_eq!(setting.id as usize, index, "{}", setting.yaml);
            assert_eq!(setting.id.setting().yaml, setting.yaml);
        }
    }

    #[test]
    fn no_secret_is_a_flag_or_has_two_names() {
        for setting in TABLE.iter().filter(|setting| setting.accepts.is_secret()) {
            assert!(setting.flags.is_empty(), "{}", setting.yaml);
            assert!(setting.other_variables.is_empty(), "{}", setting.yaml);
        }
    }
}
