//! The table of settings. Names, flags, keys of the file, defaults and documents are read from it.

/// Writes the ids of settings and their rows from one list.
macro_rules! settings {
    ($($id:ident: $accepts:ident, $help:literal, $yaml:literal, variables [$($variable:literal),+]
        $(, prefixed [$($prefixed:literal),+])? $(, flags [$($flag:literal),+])? $(, default $default:literal)?;)+) => {
        /// A setting of the table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Id { $($id),+ }

        pub(crate) const TABLE: &[Setting] = &[$(Setting {
            id: Id::$id,
            accepts: Accepts::$accepts,
            help: $help,
            yaml: $yaml,
            variables: &[$($variable),+],
            prefixed_variables: &[$($($prefixed),+)?],
            flags: &[$($($flag),+)?],
            default: settings!(@default $($default)?),
        }),+];
    };
    (@default) => { None };
    (@default $default:literal) => { Some($default) };
}

settings! {
    Enabled: Switch, "Collect and serve metrics", "metrics.enabled", variables ["METRICS_ENABLED", "SERVE_PROMETHEUS_ENDPOINT"],
        prefixed ["PROMETHEUS_ENABLE"], flags ["metrics-enabled", "prometheus-enable"], default "false";
    Endpoint: Endpoint, "Path of the metrics", "metrics.endpoint", variables ["METRICS_ENDPOINT"],
        flags ["metrics-endpoint"], default "/metrics";
    Address: Address, "Address of the metrics' own listener, instead of the app's", "metrics.address",
        variables ["METRICS_ADDRESS", "PROMETHEUS_PORT"], prefixed ["PROMETHEUS_ADDRESS"], flags ["metrics-address", "prometheus-address"];
    PortRange: PortRange, "Range of ports for that listener, which takes the first free one", "metrics.port_range", variables ["METRICS_PORT_RANGE"];
    Namespace: Name, "Prefix of the names of all request metrics", "metrics.namespace", variables ["METRICS_NAMESPACE"];
    Buckets: Bounds, "Upper bounds of the histograms' buckets, in seconds", "metrics.buckets", variables ["METRICS_BUCKETS"],
        default "0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10";
    BodySizes: Switch, "Measure the sizes of bodies too", "metrics.body_sizes", variables ["METRICS_BODY_SIZES"], default "false";
    Db: Switch, "Measure the database", "metrics.db", variables ["METRICS_DB", "ENABLE_DB_METRICS"], default "false";
    PushUrl: Url, "Pushgateway that a job pushes its metrics to", "metrics.push_url", variables ["METRICS_PUSH_URL"];
    PushJob: Text, "Name of that job, needed for a push", "metrics.push_job", variables ["METRICS_PUSH_JOB"];
    PushInstance: Text, "Name that tells several instances of that job apart", "metrics.push_instance", variables ["METRICS_PUSH_INSTANCE"];
    PushInterval: Interval, "Interval of the pushes before that job ends", "metrics.push_interval", variables ["METRICS_PUSH_INTERVAL"];
    MasterKey: MasterKey, "Key that opens the metrics", "server.master_key", variables ["MASTER_KEY"];
    MasterKeyFile: MasterKeyFile, "File of keys that open the metrics", "server.master_key_file", variables ["MASTER_KEY_FILE"],
        flags ["master-key-file"];
    BasePath: BasePath, "Base path of the app, for the app to read", "server.base_path", variables ["BASE_PATH"], default "/";
    Port: Port, "The app's own port, for the app to read", "server.port", variables ["PORT"];
    ManagementAddress: Address, "Address of the management listener", "management.address", variables ["MANAGEMENT_ADDRESS"],
        flags ["management-address"];
    EnvShow: Names, "Settings and properties whose values `/env` shows", "management.env.show", variables ["MANAGEMENT_ENV_SHOW"];
    EndpointEnabled: Switch, "Serve the endpoint", "management.<id>.enabled", variables ["MANAGEMENT_<id>_ENABLED"];
    EndpointSensitive: Switch, "Close the endpoint where there is no key; with a key, ask probes of health for it too", "management.<id>.sensitive", variables ["MANAGEMENT_<id>_SENSITIVE"];
    EndpointReadOnly: Switch, "Let the endpoint change nothing", "management.<id>.read_only", variables ["MANAGEMENT_<id>_READ_ONLY"];
}

/// The id of a management endpoint in the names of its settings, which come last in the table.
pub(super) const ENDPOINT: &str = "<id>";

/// A row of the table.
#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) id: Id,
    pub(super) accepts: Accepts,
    /// One line, without a full stop.
    pub(super) help: &'static str,
    /// Section and key in the file.
    pub(super) yaml: &'static str,
    /// Its own name first.
    pub(super) variables: &'static [&'static str],
    /// Variables that are looked up with a prefix only: `PROMETHEUS_ENABLE` as
    /// `CODER_PROMETHEUS_ENABLE`.
    pub(super) prefixed_variables: &'static [&'static str],
    /// Without the dashes, its own name first.
    pub(super) flags: &'static [&'static str],
    pub(super) default: Option<&'static str>,
}

impl Id {
    pub(super) fn setting(self) -> &'static Setting {
        &TABLE[self as usize]
    }

    /// Whether the value is the app's own: nothing of the suite reads it.
    pub(super) fn is_of_the_app(self) -> bool {
        matches!(self, Self::BasePath | Self::Port)
    }

    /// Whether management endpoints read the value.
    pub(super) fn is_of_management(self) -> bool {
        self.setting().yaml.starts_with("management.") || self.is_of_keys()
    }

    /// Whether the value is a key, or a file of keys.
    pub(super) fn is_of_keys(self) -> bool {
        matches!(self, Self::MasterKey | Self::MasterKeyFile)
    }
}

impl Setting {
    /// Whether each management endpoint has its own.
    pub(super) fn is_of_endpoints(&self) -> bool {
        self.yaml.contains(ENDPOINT)
    }
}

/// Writes the kinds of values and their descriptions from one list.
macro_rules! accepts {
    ($($kind:ident = $description:literal;)+) => {
        /// The kind of value that a setting accepts.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Accepts { $($kind),+ }

        impl Accepts {
            /// Accepted values, in words that follow "use".
            pub(super) const fn description(self) -> &'static str {
                match self { $(Self::$kind => $description),+ }
            }
        }
    };
}

accepts! {
    Switch = "true, 1, yes or on, or else false, 0, no or off, in any case";
    Endpoint = "one plain path: a leading /, no captures, query, //, . or ..";
    BasePath = "/, or one plain path that all others are below";
    Address = "host:port, a port alone for 127.0.0.1, port 0 for any free one, unix:/path, or unix:/path,mode=660 for its group too";
    PortRange = "two ports, such as 8001-8049";
    Name = "letters, digits and _, no digit first";
    Bounds = "up to 512 finite numbers, the lowest first";
    Port = "a number from 0 (any free port) to 65535";
    Url = "the base URL of a Pushgateway, such as http://gateway.internal:9091";
    Text = "any text";
    Interval = "a time such as 30s, 10m or 1h 30m";
    Names = "names with a comma between them";
    MasterKey = "16 to 1,024 characters of visible ASCII";
    MasterKeyFile = "a file with one key per line, re-read when it changes";
}

impl Accepts {
    /// The value of a secret is shown nowhere.
    pub(super) fn is_secret(self) -> bool {
        self == Self::MasterKey
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
            assert_eq!(setting.variables.len(), 1, "{}", setting.yaml);
        }
    }
}
