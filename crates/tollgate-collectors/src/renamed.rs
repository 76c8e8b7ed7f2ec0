//! Metrics under the names that existing dashboards use.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Label, Metadata, Recorder, SharedString, Unit,
};
use tollgate_families::Target;

/// Recorder that renames metrics, labels and their values on the way to another recorder.
///
/// It serves existing dashboards, and metrics whose names cannot be set in their builder. Names are
/// changed when a series is registered: its handles cost nothing extra.
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
///     .rename_label("cache", "backend");
/// let users = CacheMetrics::builder("users").recorder(Arc::new(django)).build()?;
/// users.hit(); // django_cache_get_hits_total{backend="users"}
/// # Ok::<(), tollgate_collectors::BuildError>(())
/// ```
#[derive(Debug, Default)]
#[must_use = "a recorder records nothing until series are registered with it"]
pub struct Renamed {
    namespace: Cow<'static, str>,
    metrics: HashMap<SharedString, SharedString>,
    labels: HashMap<SharedString, SharedString>,
    values: HashMap<(SharedString, SharedString), SharedString>,
    target: Target,
}

impl Renamed {
    /// Returns a recorder that passes everything to the global one unchanged.
    pub fn new() -> Self {
        Self::default()
    }

    /// Passes everything to `recorder` instead.
    pub fn recorder(mut self, recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        self.target = Target::given(recorder);
        self
    }

    /// Puts a namespace before every name that is not [renamed](Self::rename): `django` gives
    /// `django_cache_get_total`.
    pub fn namespace(mut self, namespace: impl Into<Cow<'static, str>>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// Renames one metric. No namespace goes before the new name.
    pub fn rename(mut self, name: impl Into<SharedString>, to: impl Into<SharedString>) -> Self {
        self.metrics.insert(name.into(), to.into());
        self
    }

    /// Renames a label in all metrics.
    pub fn rename_label(
        mut self,
        name: impl Into<SharedString>,
        to: impl Into<SharedString>,
    ) -> Self {
        self.labels.insert(name.into(), to.into());
        self
    }

    /// Replaces a value of a label in all metrics. `label` is the original name of the label.
    pub fn rename_value(
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
        self.target.with(|to| to.describe_counter(name, unit, help));
    }

    fn describe_gauge(&self, name: KeyName, unit: Option<Unit>, help: SharedString) {
        let name = self.name(name.as_str());
        self.target.with(|to| to.describe_gauge(name, unit, help));
    }

    fn describe_histogram(&self, name: KeyName, unit: Option<Unit>, help: SharedString) {
        let name = self.name(name.as_str());
        self.target
            .with(|to| to.describe_histogram(name, unit, help));
    }

    fn register_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        let key = self.key(key);
        self.target.with(|to| to.register_counter(&key, metadata))
    }

    fn register_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        let key = self.key(key);
        self.target.with(|to| to.register_gauge(&key, metadata))
    }

    fn register_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        let key = self.key(key);
        self.target.with(|to| to.register_histogram(&key, metadata))
    }
}
