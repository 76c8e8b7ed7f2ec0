//! The settings that are in force.

use std::collections::BTreeMap;

use tollgate_auth::MasterKeys;
#[cfg(feature = "push")]
use tollgate_push::Push;

use super::{
    key::Key,
    origin::Origin,
    parsed::Entry,
    reserved,
    table::{Id, TABLE},
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
    /// Every setting of the table, and those of endpoints that are set.
    pub(super) entries: BTreeMap<Key, Entry>,
    pub(super) reserved: Vec<String>,
}

impl Settings {
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

    /// Whether a source sets this, rather than code or a default.
    pub(super) fn sets(&self, id: Id) -> bool {
        !matches!(self.entry(id).origin, Origin::Default | Origin::Code)
    }

    /// Refuses an endpoint at a path that the app reserves.
    pub(super) fn check_reserved(&self) -> Result<(), Error> {
        let endpoint = self.endpoint();
        let path = reserved::joined(self.base_path(), endpoint);
        let taken = reserved::taken(&self.reserved, endpoint);
        let Some(prefix) = taken.or_else(|| reserved::taken(&self.reserved, &path)) else {
            return Ok(());
        };
        let origin = if self.sets(Id::Endpoint) {
            format!(" ({})", self.entry(Id::Endpoint).origin)
        } else {
            String::new()
        };
        let message = format!(
            "{}: {endpoint:?}{origin} is at or below {prefix:?}, which the app reserves: use \
             another path",
            Id::Endpoint.setting().yaml
        );
        Err(Error::new(ErrorKind::Endpoint, message))
    }

    pub(super) fn entry(&self, id: Id) -> &Entry {
        &self.entries[&Key::Setting(id)]
    }

    pub(super) fn value(&self, id: Id) -> Option<&Value> {
        self.entry(id).value.as_ref()
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
        let keys = TABLE.iter().map(|setting| Key::Setting(setting.id));
        Self {
            entries: keys
                .map(|key| (key.clone(), Entry::default_of(&key)))
                .collect(),
            reserved: Vec::new(),
        }
    }
}
