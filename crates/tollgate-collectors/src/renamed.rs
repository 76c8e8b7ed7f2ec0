//! Names that somebody's dashboards have already.

use std::{borrow::Cow, collections::HashMap, fmt, sync::Arc};

use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Label, Metadata, Recorder, SharedString, Unit,
};

use crate::destination::Destination;

/// A recorder that gives metrics, labels and their values other names on the way to another one.
///
/// It is for those who have names already that dashboards ask for, and for metrics whose names cannot
/// be set where they are measured. Whatever is written through a handle of it costs the same: names
/// are changed when a series is registered.
///
/// # Examples
///
/// A cache with django-prometheus' names:
///
/// ```
/// use std::sync::Arc;
/// use tollgate_collectors::{Renamed, cache::CacheMetrics};
///
/// let django = Renamed::new()
///     .namespace("django")
///     .label("cache", "backend");
/// let users = CacheMetrics::new("users").recorder(Arc::new(django));
/// users.get(true); // django_cache_get_hits_total{backend="users"}
/// ```
#[derive(Default)]
#[must_use = "a recorder records nothing unless something records with it"]
pub struct Renamed {
    namespace: Cow<'static, str>,
    metrics: HashMap<SharedString, SharedString>,
    labels: HashMap<SharedString, SharedString>,
    values: HashMap<(SharedString, SharedString), SharedString>,
    destination: Destination,
}

impl Renamed {
    /// Hands everything on to the global recorder, as it is.
    pub fn new() -> Self {
        Self::default()
    }

    /// Hands everything on to `recorder` instead.
    pub fn recorder(mut self, recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        self.destination = Destination::given(recorder);
        self
    }

    /// Puts a namespace before each name that is not changed by itself: `django` →
    /// `django_cache_get_total`.
    pub fn namespace(mut self, namespace: impl Into<Cow<'static, str>>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// Calls one metric something else, without the namespace.
    pub fn metric(mut self, name: impl Into<SharedString>, to: impl Into<SharedString>) -> Self {
        self.metrics.insert(name.into(), to.into());
        self
    }

    /// Calls a label something else, on every metric.
    pub fn label(mut self, name: impl Into<SharedString>, to: impl Into<SharedString>) -> Self {
        self.labels.insert(name.into(), to.into());
        self
    }

    /// Calls a value of a label, by the name that it came with, something else, on every metric.
    pub fn value(
        mut self,
        label: impl Into<SharedString>,
        value: impl Into<SharedString>,
        to: impl Into<SharedString>,
    ) -> Self {
        self.values.insert((label.into(), value.into()), to.into());
        self
    }

    fn name(&self, name: &str) -> KeyName {
        match self.metrics.get(name) {
            Some(name) => name.clone().into(),
            None if self.namespace.is_empty() => name.to_owned().into(),
            None => format!("{}_{name}", self.namespace).into(),
        }
    }

    fn key(&self, key: &Key) -> Key {
        let labels: Vec<Label> = key.labels().map(|label| self.renamed(label)).collect();
        Key::from_parts(self.name(key.name()), labels)
    }

    fn renamed(&self, label: &Label) -> Label {
        let (name, value) = label.clone().into_parts();
        let entry = (name, value);
        let value = self.values.get(&entry).unwrap_or(&entry.1);
        let name = self.labels.get(&entry.0).unwrap_or(&entry.0);
        Label::new(name.clone(), value.clone())
    }
}

impl Recorder for Renamed {
    fn describe_counter(&self, name: KeyName, unit: Option<Unit>, help: SharedString) {
        let name = self.name(name.as_str());
        self.destination
            .with(|to| to.describe_counter(name, unit, help));
    }

    fn describe_gauge(&self, name: KeyName, unit: Option<Unit>, help: SharedString) {
        let name = self.name(name.as_str());
        self.destination
            .with(|to| to.describe_gauge(name, unit, help));
    }

    fn describe_histogram(&self, name: KeyName, unit: Option<Unit>, help: SharedString) {
        let name = self.name(name.as_str());
        self.destination
            .with(|to| to.describe_histogram(name, unit, help));
    }

    fn register_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        let key = self.key(key);
        self.destination
            .with(|to| to.register_counter(&key, metadata))
    }

    fn register_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        let key = self.key(key);
        self.destination
            .with(|to| to.register_gauge(&key, metadata))
    }

    fn register_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        let key = self.key(key);
        self.destination
            .with(|to| to.register_histogram(&key, metadata))
    }
}

impl fmt::Debug for Renamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renamed")
            .field("namespace", &self.namespace)
            .field("metrics", &self.metrics)
            .field("labels", &self.labels)
            .field("values", &self.values)
            .finish_non_exhaustive()
    }
}
