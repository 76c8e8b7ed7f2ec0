//! One collector that is asked again and again, and how that goes.

use std::{borrow::Cow, panic::AssertUnwindSafe};

use futures_util::FutureExt;
use metrics::{Counter, Histogram, Key, Label, Unit};
use tokio::time::Instant;

use crate::{
    BoxError, Collector, Stage, destination::Destination, metadata::METADATA, series::Series,
};

const DURATION: &str = "tollgate_collector_duration_seconds";
const FAILURES: &str = "tollgate_collector_failures_total";
const OVERFLOW: &str = "tollgate_collector_overflow_total";

/// How many series a collector can set over time.
pub(crate) const SERIES_LIMIT: usize = 1_000;

/// What a collector is called in its own metrics.
pub(crate) type Name = Cow<'static, str>;

/// A collector with its stage and the series that it has set.
#[derive(Debug)]
pub(crate) struct Collection<C> {
    name: Name,
    collector: C,
    stage: Stage,
    series: Series,
    instruments: Option<Instruments>,
}

#[derive(Debug)]
struct Instruments {
    duration: Histogram,
    failures: Counter,
    overflow: Counter,
}

impl<C: Collector> Collection<C> {
    pub(crate) fn new(name: Name, collector: C) -> Self {
        Self {
            name,
            collector,
            stage: Stage::default(),
            series: Series::new(SERIES_LIMIT),
            instruments: None,
        }
    }

    /// Asks the collector, and commits what it found out if it did not fail.
    pub(crate) async fn run(&mut self, destination: &Destination) {
        // What a run that was dropped has left.
        self.stage.drain();
        let start = Instant::now();
        let is_first = self.instruments.is_none();
        let instruments = self
            .instruments
            .get_or_insert_with(|| Instruments::register(&self.name, destination));

        let outcome = AssertUnwindSafe(async {
            if is_first {
                destination.with(|recorder| self.collector.describe(recorder));
            }
            self.collector.collect(&mut self.stage).await
        })
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(BoxError::from("it panicked")));
        instruments.duration.record(start.elapsed());
        match outcome {
            Ok(()) => {
                let left_out = self.series.commit(&mut self.stage, destination);
                instruments.overflow.increment(left_out);
            }
            Err(error) => {
                instruments.failures.increment(1);
                let collector = self.name.as_ref();
                tracing::warn!(collector, error, "a collector failed; its old values stay");
            }
        }
    }
}

impl Instruments {
    fn register(name: &Name, destination: &Destination) -> Self {
        destination.with(|recorder| {
            recorder.describe_histogram(
                DURATION.into(),
                Some(Unit::Seconds),
                "Time that a collector took to find out its values, or to fail.".into(),
            );
            recorder.describe_counter(
                FAILURES.into(),
                Some(Unit::Count),
                "Collections that failed or panicked and left the values from before.".into(),
            );
            recorder.describe_counter(
                OVERFLOW.into(),
                Some(Unit::Count),
                "Values left out because a collector has set too many series.".into(),
            );
            let key = |metric| Key::from_parts(metric, collector_label(name));
            Self {
                duration: recorder.register_histogram(&key(DURATION), &METADATA),
                failures: recorder.register_counter(&key(FAILURES), &METADATA),
                overflow: recorder.register_counter(&key(OVERFLOW), &METADATA),
            }
        })
    }
}

pub(crate) fn collector_label(name: &Name) -> Vec<Label> {
    vec![Label::new("collector", name.clone())]
}
