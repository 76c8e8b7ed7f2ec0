//! The settings that are in force.

use std::{borrow::Cow, collections::BTreeMap};

use tollgate_auth::MasterKeys;
#[cfg(feature = "push")]
use tollgate_push::Push;

use super::{
    SettingsLoader,
    access::AccessKey,
    origin::Origin,
    reserved,
    table::{Id, Setting, TABLE},
    value::Value,
};
use crate::{Address, Error, ErrorKind, PortRange};

/// What a file, the environment and flags say, checked, and where each value comes from.
///
/// Shown by `Display` and by [`to_json`](Self::to_json), a line for each setting; a key never is.
/// The [suite](crate::Tollgate) takes what is set here over what is set in code, and what is set in
/// code over what is a default here.
///
/// # Examples
///
/// ```
/// use tollgate::{Settings, Tollgate};
///
/// let settings = Settings::load()?.reserve("/v1");
/// println!("{settings}");
/// let tollgate = Tollgate::from_settings(settings)?;
/// # Ok::<(), tollgate::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "settings do nothing until a suite is built from them"]
pub struct Settings {
    /// In the order of the table.
    pub(super) entries: Vec<Entry>,
    /// Those that are set.
    pub(super) access: BTreeMap<AccessKey, Entry>,
    pub(super) reserved: Vec<String>,
}

/// A setting as it is in force.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) name: Cow<'static, str>,
    pub(super) value: Option<Value>,
    pub(super) origin: Origin,
    /// Whether the value holds a secret, by mistake.
    pub(super) is_veiled: bool,
}

impl Settings {
    /// Loads the settings of all layers but flags, the weakest first: defaults, `tollgate.yaml` in
    /// the working directory, the environment, which `.env` feeds.
    ///
    /// # Errors
    ///
    /// If a value is not accepted, a file cannot be read or has a key that is not known. The
    /// message has a line for each: the setting, where its value comes from, the value (never a
    /// key) and what is accepted.
    pub fn load() -> Result<Self, Error> {
        Self::loader().load()
    }

    /// Loads the settings as [`load`](Self::load) does, for an application with a prefix: of
    /// `METRICS_ENABLED`, it looks at `AURORA_METRICS_ENABLED` first; the file is `aurora.yaml`.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn load_with_prefix(prefix: &str) -> Result<Self, Error> {
        Self::loader().prefix(prefix).load()
    }

    /// Starts to say where settings come from.
    pub fn loader() -> SettingsLoader {
        SettingsLoader::default()
    }

    /// Refuses an endpoint at this path or below it, when the suite is built.
    pub fn reserve(mut self, prefix: impl Into<String>) -> Self {
        self.reserved.push(prefix.into());
        self
    }

    /// Whether metrics are collected and served, false unless set.
    pub fn enabled(&self) -> bool {
        self.switch(Id::Enabled)
    }

    /// The path of the metrics, below [`base_path`](Self::base_path): `/metrics` unless set.
    pub fn endpoint(&self) -> &str {
        self.text(Id::Endpoint).unwrap_or_default()
    }

    /// The address of the metrics' own listener.
    pub fn metrics_address(&self) -> Option<&Address> {
        self.address(Id::Address)
    }

    /// The ports of which the metrics' own listener takes the first free one.
    pub fn metrics_port_range(&self) -> Option<PortRange> {
        match self.value(Id::PortRange) {
            Some(Value::PortRange(ports)) => Some(*ports),
            _ => None,
        }
    }

    /// The address of the management endpoints' own listener.
    pub fn management_address(&self) -> Option<&Address> {
        self.address(Id::ManagementAddress)
    }

    /// Where a job pushes its metrics, as what.
    ///
    /// # Errors
    ///
    /// If there is a URL, but no name of the job.
    #[cfg(feature = "push")]
    pub(crate) fn push(&self) -> Result<Option<Push>, Error> {
        let Some(url) = self.text(Id::PushUrl) else {
            return Ok(None);
        };
        let Some(job) = self.text(Id::PushJob) else {
            let [url, job] = [Id::PushUrl, Id::PushJob].map(Id::setting);
            let message = format!(
                "{}: not set, but needed with {}: set {}",
                job.yaml, url.yaml, job.variable
            );
            return Err(Error::new(ErrorKind::Setting, message));
        };
        let push = Push::new(url, job)?;
        let push = match self.text(Id::PushInstance) {
            Some(instance) => push.instance(instance),
            None => push,
        };
        Ok(Some(match self.value(Id::PushInterval) {
            Some(Value::Interval(interval)) => push.every(*interval)?,
            _ => push,
        }))
    }

    /// What goes before the names of the request metrics.
    pub fn namespace(&self) -> Option<&str> {
        self.text(Id::Namespace)
    }

    /// The upper bounds of the histograms' buckets in seconds, OpenTelemetry's unless set.
    pub fn buckets(&self) -> &[f64] {
        match self.value(Id::Buckets) {
            Some(Value::Bounds(bounds)) => bounds,
            _ => &[],
        }
    }

    /// Whether the sizes of bodies are measured, false unless set.
    pub fn body_sizes(&self) -> bool {
        self.switch(Id::BodySizes)
    }

    /// Whether the app should measure its database, false unless set.
    pub fn db(&self) -> bool {
        self.switch(Id::Db)
    }

    /// The keys that open the metrics, of the setting and of the file together.
    pub fn master_keys(&self) -> Option<MasterKeys> {
        let key = match self.value(Id::MasterKey) {
            Some(Value::MasterKey(keys)) => Some(keys.clone()),
            _ => None,
        };
        let file = match self.value(Id::MasterKeyFile) {
            Some(Value::MasterKeyFile { keys, .. }) => Some(keys.clone()),
            _ => None,
        };
        match (key, file) {
            (Some(key), Some(file)) => Some(key.and(file)),
            (key, file) => key.or(file),
        }
    }

    /// The path that the app is served below, `/` unless set.
    pub fn base_path(&self) -> &str {
        self.text(Id::BasePath).unwrap_or_default()
    }

    /// The app's own port, for the app to listen on.
    pub fn port(&self) -> Option<u16> {
        match self.value(Id::Port) {
            Some(Value::Port(port)) => Some(*port),
            _ => None,
        }
    }

    /// Whether a layer sets this, rather than a default.
    pub(crate) fn sets(&self, id: Id) -> bool {
        self.entries[id as usize].origin != Origin::Default
    }

    /// What is to be changed if the value in force will not do.
    pub(crate) fn name(&self, id: Id) -> String {
        self.entries[id as usize].origin.name(id.setting())
    }

    /// Refuses an endpoint where the app has said that it wants to be by itself.
    pub(crate) fn check_reserved(&self, endpoint: &str) -> Result<(), Error> {
        let path = reserved::joined(self.base_path(), endpoint);
        let taken = reserved::taken(&self.reserved, endpoint);
        let Some(prefix) = taken.or_else(|| reserved::taken(&self.reserved, &path)) else {
            return Ok(());
        };
        let key = Id::Endpoint.setting().yaml;
        let origin = match &self.entries[Id::Endpoint as usize].origin {
            Origin::Default => String::new(),
            origin => format!(" ({origin})"),
        };
        let message = format!(
            "{key}: {endpoint:?}{origin} is at or below {prefix:?}, which the app reserves: use \
             another path"
        );
        Err(Error::new(ErrorKind::Endpoint, message))
    }

    fn value(&self, id: Id) -> Option<&Value> {
        self.entries[id as usize].value.as_ref()
    }

    fn address(&self, id: Id) -> Option<&Address> {
        match self.value(id) {
            Some(Value::Address(address)) => Some(address),
            _ => None,
        }
    }

    fn switch(&self, id: Id) -> bool {
        matches!(self.value(id), Some(Value::Switch(true)))
    }

    fn text(&self, id: Id) -> Option<&str> {
        match self.value(id) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}

/// The defaults of all settings.
impl Default for Settings {
    fn default() -> Self {
        Self {
            entries: TABLE.iter().map(Entry::default_of).collect(),
            access: BTreeMap::new(),
            reserved: Vec::new(),
        }
    }
}

impl Entry {
    pub(super) fn default_of(setting: &'static Setting) -> Self {
        let default = setting.default;
        Self {
            name: setting.yaml.into(),
            value: default.and_then(|text| Value::read(setting.accepts, text).ok()),
            origin: Origin::Default,
            is_veiled: false,
        }
    }

    pub(super) fn unset(name: String) -> Self {
        Self {
            name: name.into(),
            value: None,
            origin: Origin::Default,
            is_veiled: false,
        }
    }
}
