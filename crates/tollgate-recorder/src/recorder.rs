//! The recorder, with which `metrics` registers.

use std::sync::Arc;

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, SharedString, Unit};

use crate::registry::Registry;

/// A [`metrics::Recorder`] whose counters, gauges and histograms live in cells that threads own.
///
/// Built by a [`RecorderBuilder`](crate::RecorderBuilder), and read through the
/// [`Handle`](crate::Handle) that comes with it.
#[derive(Debug)]
pub struct Recorder {
    registry: Arc<Registry>,
}

impl Recorder {
    pub(crate) fn new(registry: Arc<Registry>) -> Self {
        Self { registry }
    }
}

impl metrics::Recorder for Recorder {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.registry.describe(key.as_str(), unit, &description);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.registry.describe(key.as_str(), unit, &description);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, description: SharedString) {
        self.registry.describe(key.as_str(), unit, &description);
    }

    fn register_counter(&self, key: &Key, _metadata: &Metadata<'_>) -> Counter {
        self.registry.counter(key)
    }

    fn register_gauge(&self, key: &Key, _metadata: &Metadata<'_>) -> Gauge {
        self.registry.gauge(key)
    }

    fn register_histogram(&self, key: &Key, _metadata: &Metadata<'_>) -> Histogram {
        self.registry.histogram(key)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use crate::{Error, Handle, Matcher, Recorder, RecorderBuilder};

    fn assert_shareable<T: Send + Sync + Debug + 'static>() {}

    #[test]
    fn public_types_are_send_sync_and_debug() {
        assert_shareable::<(Recorder, Handle, RecorderBuilder)>();
        assert_shareable::<(Error, Matcher)>();
    }

    #[test]
    fn debug_shows_names_without_label_values() {
        let (recorder, handle) = RecorderBuilder::new().build().unwrap();
        metrics::with_local_recorder(&recorder, || {
            metrics::counter!("logins_total", "user" => "alice").increment(1);
        });
        let shown = format!("{handle:?}");
        assert!(
            shown.contains("logins_total") && !shown.contains("alice"),
            "{shown}"
        );
    }
}
