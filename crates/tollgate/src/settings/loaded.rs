//! The settings that the sources give.

use std::{collections::BTreeMap, ops::RangeInclusive};

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
use crate::{Address, Error};

/// The settings of a file, the environment and flags, checked, and the origin of each value.
///
/// `Display` and [`to_json`](Self::to_json) show each setting, and never a key. A setting that is
/// given explicitly overrides the [suite](crate::Tollgate)'s builder; a default does not.
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
    /// Every setting of the suite, and those of endpoints that are set.
    pub(super) entries: BTreeMap<Key, Entry>,
    pub(super) reserved: Vec<String>,
}

/// Writes a getter for each of these settings.
macro_rules! getters {
    ($($(#[$doc:meta])* $vis:vis $name:ident -> $type:ty: $id:ident, $value:pat => $found:expr, $none:expr;)+) => {
        impl Settings {
            $($(#[$doc])* $vis fn $name(&self) -> $type {
                match &self.entry(Id::$id).value {
                    Some($value) => $found,
                    _ => $none,
                }
            })+
        }
    };
}

getters! {
    /// Whether metrics are collected and served, false unless set.
    pub enabled -> bool: Enabled, Value::Switch(on) => *on, false;
    /// The path of the metrics, below [`base_path`](Self::base_path): `/metrics` unless set.
    pub endpoint -> &str: Endpoint, Value::Text(path) => path, "";
    /// The address of the metrics' own listener.
    pub metrics_address -> Option<&Address>: Address, Value::Address(address) => Some(address), None;
    /// The ports of which the metrics' own listener takes the first free one.
    pub metrics_port_range -> Option<&RangeInclusive<u16>>: PortRange, Value::PortRange(ports) => Some(ports), None;
    /// The address of the management endpoints' own listener.
    pub management_address -> Option<&Address>: ManagementAddress, Value::Address(address) => Some(address), None;
    /// The prefix of the names of the request metrics.
    pub namespace -> Option<&str>: Namespace, Value::Text(namespace) => Some(namespace), None;
    /// The upper bounds of the histograms' buckets in seconds, OpenTelemetry's unless set.
    pub buckets -> &[f64]: Buckets, Value::Bounds(bounds) => bounds, &[];
    /// Whether the sizes of bodies are measured, false unless set.
    pub body_sizes -> bool: BodySizes, Value::Switch(on) => *on, false;
    /// Whether the app should measure its database, false unless set.
    pub db -> bool: Db, Value::Switch(on) => *on, false;
    /// The path that the app is served below, `/` unless set.
    pub base_path -> &str: BasePath, Value::Text(path) => path, "";
    /// The app's own port, for the app to listen on.
    pub port -> Option<u16>: Port, Value::Port(port) => Some(*port), None;
    master_key -> Option<&MasterKeys>: MasterKey, Value::MasterKey(keys) => Some(keys), None;
    master_key_file -> Option<&MasterKeys>: MasterKeyFile, Value::MasterKeyFile { keys, .. } => Some(keys), None;
}

#[cfg(feature = "push")]
getters! {
    push_url -> Option<&str>: PushUrl, Value::Text(url) => Some(url), None;
    push_job -> Option<&str>: PushJob, Value::Text(job) => Some(job), None;
    push_instance -> Option<&str>: PushInstance, Value::Text(instance) => Some(instance), None;
    push_interval -> Option<std::time::Duration>: PushInterval, Value::Interval(interval) => Some(*interval), None;
}

impl Settings {
    /// Refuses an endpoint at this path or below it, when the suite is built.
    pub fn reserve(mut self, prefix: impl Into<String>) -> Self {
        self.reserved.push(prefix.into());
        self
    }

    /// The keys that open the metrics, of the setting and of the file together.
    pub fn master_keys(&self) -> Option<MasterKeys> {
        match (self.master_key().cloned(), self.master_key_file().cloned()) {
            (Some(key), Some(file)) => Some(key.and(file)),
            (key, file) => key.or(file),
        }
    }

    /// Describes the pushes of a job.
    ///
    /// # Errors
    ///
    /// If there is a URL, but no name of the job.
    #[cfg(feature = "push")]
    pub(super) fn push(&self) -> Result<Option<Push>, Error> {
        let Some(url) = self.push_url() else {
            return Ok(None);
        };
        let job = self.push_job().ok_or_else(|| {
            let message =
                "metrics.push_job: not set, but needed with metrics.push_url: set METRICS_PUSH_JOB";
            Error::new(message.to_owned())
        })?;
        let mut push = Push::new(url, job)?;
        if let Some(instance) = self.push_instance() {
            push = push.instance(instance);
        }
        if let Some(interval) = self.push_interval() {
            push = push.every(interval)?;
        }
        Ok(Some(push))
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
        let origin = match &self.entry(Id::Endpoint).origin {
            Origin::Default | Origin::Code => String::new(),
            origin => format!(" ({origin})"),
        };
        Err(Error::new(format!(
            "metrics.endpoint: {endpoint:?}{origin} is at or below {prefix:?}, which the app reserves: \
             use another path"
        )))
    }

    pub(super) fn entry(&self, id: Id) -> &Entry {
        &self.entries[&Key::from(id)]
    }
}

/// The defaults of all settings.
impl Default for Settings {
    fn default() -> Self {
        let rows = TABLE.iter().filter(|row| !row.is_of_endpoints());
        let entries = rows.map(|row| (Key::from(row.id), Entry::default_of(row)));
        let entries = entries.collect();
        let reserved = Vec::new();
        Self { entries, reserved }
    }
}
