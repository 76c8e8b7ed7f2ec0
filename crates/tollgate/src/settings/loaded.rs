//! The settings that the sources give.

use std::{
    collections::BTreeMap,
    ops::RangeInclusive,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

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
    /// Errors of values that nobody has used.
    pub(super) wrong: Vec<(Id, Error)>,
    /// Warnings for the start.
    pub(super) notes: Vec<String>,
    /// Whether the endpoint is below the base path.
    is_below_base_path: bool,
    /// Whether the app has asked for [`db`](Self::db).
    asks_db: Arc<AtomicBool>,
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
    /// The path of the metrics: `/metrics` unless set.
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
    measures_db -> bool: Db, Value::Switch(on) => *on, false;
    path_of_app -> &str: BasePath, Value::Text(path) => path, "";
    port_of_app -> Option<u16>: Port, Value::Port(port) => Some(*port), None;
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

    /// Whether the app should measure its database, false unless set.
    pub fn db(&self) -> bool {
        self.asks_db.store(true, Ordering::Relaxed);
        self.measures_db()
    }

    /// The app's own port, for the app to listen on.
    ///
    /// # Errors
    ///
    /// If the value is no port: only an app that asks for it is told.
    pub fn port(&self) -> Result<Option<u16>, Error> {
        self.judge(|id| id == Id::Port)?;
        Ok(self.port_of_app())
    }

    /// The path that the app is served below, `/` unless set.
    ///
    /// # Errors
    ///
    /// If the value is no path: only an app that asks for it is told.
    pub fn base_path(&self) -> Result<&str, Error> {
        self.judge(|id| id == Id::BasePath)?;
        Ok(self.path_of_app())
    }

    /// Serves the metrics below the [base path](Self::base_path) of the app: at `/shop/metrics` with
    /// `BASE_PATH=/shop`.
    ///
    /// # Errors
    ///
    /// As [`base_path`](Self::base_path).
    pub fn below_base_path(mut self) -> Result<Self, Error> {
        self.base_path()?;
        self.is_below_base_path = true;
        Ok(self)
    }

    /// The keys that open the metrics, of the setting and of the file together.
    ///
    /// # Errors
    ///
    /// If the value of one is not accepted.
    pub fn master_keys(&self) -> Result<Option<MasterKeys>, Error> {
        self.judge(Id::is_of_keys)?;
        Ok(self.keys())
    }

    /// The keys, none of them wrong.
    pub(crate) fn keys(&self) -> Option<MasterKeys> {
        match (self.master_key().cloned(), self.master_key_file().cloned()) {
            (Some(key), Some(file)) => Some(key.and(file)),
            (key, file) => key.or(file),
        }
    }

    /// Tells a caller with a wrong key where operators find the right one.
    pub(crate) fn key_hint(&self) -> String {
        let keys = [Id::MasterKey, Id::MasterKeyFile].into_iter();
        let set = keys.filter(|id| self.entry(*id).value.is_some());
        let names = set.map(|id| match &self.entry(id).origin {
            Origin::Code => "its code".to_owned(),
            origin => origin.bare_name(id.setting()),
        });
        let names = names.collect::<Vec<_>>().join(" or ");
        format!("the server has its key from {names}")
    }

    /// Refuses wrong values of the settings that are used.
    pub(super) fn judge(&self, is_used: impl Fn(Id) -> bool) -> Result<(), Error> {
        let wrong = self.wrong.iter().filter(|(id, _)| is_used(*id));
        let wrong = wrong.map(|(_, error)| error.clone()).collect();
        Error::all(wrong).map_or(Ok(()), Err)
    }

    /// Returns the path of the metrics, below the base path if that is asked for.
    pub(super) fn whole_endpoint(&self) -> String {
        let base = if self.is_below_base_path {
            self.path_of_app()
        } else {
            "/"
        };
        reserved::joined(base, self.endpoint())
    }

    /// Warns of settings without an effect.
    pub(super) fn warn_of_no_effect(&self, has_management: bool) {
        for (key, entry) in &self.entries {
            let missing = match key.id {
                Id::PushJob | Id::PushInstance | Id::PushInterval
                    if self.entry(Id::PushUrl).value.is_none() =>
                {
                    "set METRICS_PUSH_URL too"
                }
                Id::Db if self.measures_db() && !self.asks_db.load(Ordering::Relaxed) => {
                    "the app never asks for it: let it measure its database if Settings::db says so"
                }
                id if id.is_of_management() && !has_management && !id.is_of_keys() => {
                    if cfg!(feature = "management") {
                        "management endpoints need an address and TollgateBuilder::management"
                    } else {
                        "it needs tollgate's feature management: turn it on"
                    }
                }
                _ => continue,
            };
            if entry.origin != Origin::Default {
                let setting = key.to_string();
                tracing::warn!(setting, origin = %entry.origin, "setting without effect: {missing}");
            }
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
        let (endpoint, path) = (self.endpoint(), self.whole_endpoint());
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
        Self {
            entries: entries.collect(),
            reserved: Vec::new(),
            wrong: Vec::new(),
            notes: Vec::new(),
            is_below_base_path: false,
            asks_db: Arc::default(),
        }
    }
}
