//! Registration of a group's series.

use metrics::{Counter, Gauge, Histogram, Key, Label, SharedString};

use crate::{Group, Names, Target, bounds};

/// Names of a group of metrics, and the recorder that its series are registered with.
///
/// Each registration describes its metric too, since the recorder may be another one than before. A
/// metric that is left out gives a handle that records nothing. Clones share the recorder.
#[derive(Debug, Clone)]
pub struct Families<M: Group> {
    /// Names in force.
    pub names: Names<M>,
    /// Recorder.
    pub target: Target,
}

impl<M: Group> Families<M> {
    /// Returns a group in the names given, for the global recorder.
    pub fn new(names: Names<M>) -> Self {
        Self {
            names,
            target: Target::default(),
        }
    }

    /// Returns a group in its default names, for the given target.
    pub fn with_target(target: Target) -> Self {
        Self {
            target,
            ..Self::default()
        }
    }

    /// Registers a counter with the value of each of its labels.
    pub fn counter(&self, metric: M, value: impl Fn(M::Label) -> SharedString) -> Counter {
        self.counter_with(metric, value, [])
    }

    /// Registers a counter with more labels than its own.
    pub fn counter_with(
        &self,
        metric: M,
        value: impl Fn(M::Label) -> SharedString,
        extra: impl IntoIterator<Item = Label>,
    ) -> Counter {
        self.register(metric, value, extra, Target::counter)
            .unwrap_or_else(Counter::noop)
    }

    /// Registers a gauge with the value of each of its labels.
    pub fn gauge(&self, metric: M, value: impl Fn(M::Label) -> SharedString) -> Gauge {
        self.gauge_with(metric, value, [])
    }

    /// Registers a gauge with more labels than its own.
    pub fn gauge_with(
        &self,
        metric: M,
        value: impl Fn(M::Label) -> SharedString,
        extra: impl IntoIterator<Item = Label>,
    ) -> Gauge {
        self.register(metric, value, extra, Target::gauge)
            .unwrap_or_else(Gauge::noop)
    }

    /// Registers a histogram with the value of each of its labels.
    pub fn histogram(&self, metric: M, value: impl Fn(M::Label) -> SharedString) -> Histogram {
        self.histogram_with(metric, value, [])
    }

    /// Registers a histogram with more labels than its own.
    pub fn histogram_with(
        &self,
        metric: M,
        value: impl Fn(M::Label) -> SharedString,
        extra: impl IntoIterator<Item = Label>,
    ) -> Histogram {
        self.register(metric, value, extra, Target::histogram)
            .unwrap_or_else(Histogram::noop)
    }

    fn register<T>(
        &self,
        metric: M,
        value: impl Fn(M::Label) -> SharedString,
        extra: impl IntoIterator<Item = Label>,
        register: impl FnOnce(&Target, &Key) -> T,
    ) -> Option<T> {
        let key = self.names.key(metric, value, extra)?;
        self.target
            .with(|recorder| self.names.describe_metric(metric, recorder));
        let bounds = M::FAMILIES[metric.index()].bounds;
        Some(bounds::suggest(bounds, || register(&self.target, &key)))
    }
}

impl<M: Group> Default for Families<M> {
    fn default() -> Self {
        Self::new(Names::default())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use metrics::Unit;
    use metrics_util::debugging::{DebugValue, DebuggingRecorder};

    use super::*;

    crate::families! {
        enum Bakery {
            Loaves: counter(Count) "loaves_total" {kind} "Loaves baked, by kind.";
            Open: gauge(Count) "open" {} "Whether the bakery is open.";
        }

        enum BakeryLabel {
            kind = Kind "what was baked";
        }
    }

    #[test]
    fn registration_describes_its_metric() {
        let recorder = DebuggingRecorder::new();
        let seen = recorder.snapshotter();
        let families = Families::<Bakery>::with_target(Target::given(Arc::new(recorder)));

        let rye = families.counter(Bakery::Loaves, |BakeryLabel::Kind| "rye".into());
        rye.increment(2);
        families.gauge(Bakery::Open, |_| unreachable!()).set(1.0);

        let series = seen.snapshot().into_vec();
        assert_eq!(series.len(), 2);
        for (key, unit, help, value) in series {
            assert_eq!(unit, Some(Unit::Count));
            match key.key().name() {
                "loaves_total" => {
                    assert_eq!(help.as_deref(), Some("Loaves baked, by kind."));
                    assert_eq!(value, DebugValue::Counter(2));
                }
                name => assert_eq!(name, "open"),
            }
        }
    }

    #[test]
    fn recorder_that_is_installed_later_gets_the_descriptions_too() {
        let families = Families::<Bakery>::default();
        for recorder in [DebuggingRecorder::new(), DebuggingRecorder::new()] {
            let seen = recorder.snapshotter();
            metrics::with_local_recorder(&recorder, || {
                families.gauge(Bakery::Open, |_| unreachable!()).set(1.0);
            });
            let [(_, unit, ref help, _)] = seen.snapshot().into_vec()[..] else {
                panic!("one series");
            };
            assert_eq!(unit, Some(Unit::Count));
            assert_eq!(help.as_deref(), Some("Whether the bakery is open."));
        }
    }

    #[test]
    fn a_metric_that_is_left_out_records_nothing() {
        let recorder = DebuggingRecorder::new();
        let seen = recorder.snapshotter();
        let mut families = Families::<Bakery>::default();
        families.names.omit(Bakery::Open);
        families.target = Target::given(Arc::new(recorder));
        families.gauge(Bakery::Open, |_| unreachable!()).set(1.0);
        assert!(seen.snapshot().into_vec().is_empty());
    }
}
