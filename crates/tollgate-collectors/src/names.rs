//! The names of a group of metrics, which can be changed as a group and one by one.

use std::borrow::Cow;

use metrics::{Counter, Gauge, Histogram, Key, Label, Recorder, Unit};

use crate::metadata::METADATA;

/// What a metric is, unless it is renamed.
#[derive(Debug)]
pub(crate) struct Metric {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) help: &'static str,
}

/// How a metric is kept, and with it its unit.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// A number of things.
    Counter,
    Gauge,
    /// A time in seconds.
    GaugeOfSeconds,
    Histogram,
}

/// The names of `N` metrics, by their index.
#[derive(Debug, Clone)]
pub(crate) struct Names<const N: usize> {
    metrics: &'static [Metric; N],
    namespace: Cow<'static, str>,
    current: [Option<Cow<'static, str>>; N],
}

impl<const N: usize> Names<N> {
    pub(crate) fn new(metrics: &'static [Metric; N]) -> Self {
        Self {
            metrics,
            namespace: Cow::Borrowed(""),
            current: metrics
                .each_ref()
                .map(|metric| Some(Cow::Borrowed(metric.name))),
        }
    }

    pub(crate) fn set_namespace(&mut self, namespace: Cow<'static, str>) {
        self.namespace = namespace;
    }

    /// Gives a metric another name, or none, which leaves it out.
    pub(crate) fn rename(&mut self, index: usize, name: Option<Cow<'static, str>>) {
        self.current[index] = name;
    }

    pub(crate) fn describe(&self, recorder: &dyn Recorder) {
        for (index, metric) in self.metrics.iter().enumerate() {
            let Some(name) = self.name(index) else {
                continue;
            };
            let (name, help) = (name.into(), metric.help.into());
            match metric.kind {
                Kind::Counter => recorder.describe_counter(name, Some(Unit::Count), help),
                Kind::Gauge => recorder.describe_gauge(name, Some(Unit::Count), help),
                Kind::GaugeOfSeconds => recorder.describe_gauge(name, Some(Unit::Seconds), help),
                Kind::Histogram => recorder.describe_histogram(name, Some(Unit::Seconds), help),
            }
        }
    }

    /// A counter, which counts nothing where it is left out.
    pub(crate) fn counter(&self, to: &dyn Recorder, index: usize, labels: &[Label]) -> Counter {
        self.key(index, labels)
            .map_or_else(Counter::noop, |key| to.register_counter(&key, &METADATA))
    }

    pub(crate) fn gauge(&self, to: &dyn Recorder, index: usize, labels: &[Label]) -> Gauge {
        self.key(index, labels)
            .map_or_else(Gauge::noop, |key| to.register_gauge(&key, &METADATA))
    }

    pub(crate) fn histogram(&self, to: &dyn Recorder, index: usize, labels: &[Label]) -> Histogram {
        self.key(index, labels).map_or_else(Histogram::noop, |key| {
            to.register_histogram(&key, &METADATA)
        })
    }

    fn key(&self, index: usize, labels: &[Label]) -> Option<Key> {
        Some(Key::from_parts(self.name(index)?, labels.iter()))
    }

    /// The full name of a metric, none where it is left out.
    pub(crate) fn name(&self, index: usize) -> Option<String> {
        let name = self.current[index].as_deref()?;
        Some(match self.namespace.as_ref() {
            "" => name.to_owned(),
            namespace => format!("{namespace}_{name}"),
        })
    }
}
