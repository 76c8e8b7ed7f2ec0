//! Collections of one collector, one after another.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures_util::FutureExt;
use metrics::{Counter, Histogram, SharedString};
use tokio::time::Instant;
use tollgate_families::{BoxError, Collector, Families, Stage, families};

use crate::{
    owner::{Owner, Owners},
    series::CollectedSeries,
};

families! {
    /// A metric of the collectors themselves.
    pub(crate) enum CollectorMetric {
        Duration: histogram(Seconds) "tollgate_collector_duration_seconds" {collector}
            "Duration of collections in seconds.";
        Failures: counter(Count) "tollgate_collector_failures_total" {collector}
            "Collections that failed or panicked.";
        Overflow: counter(Count) "tollgate_collector_overflow_total" {collector}
            "Values left out because their collector had set too many series.";
        Timeouts: counter(Count) "tollgate_collector_timeouts_total" {collector}
            "Scrapes that stopped waiting for a collector.";
    }

    /// A label of the collectors' own metrics.
    pub(crate) enum CollectorLabel {
        collector = Collector "name of the collector";
    }
}

/// Collector with its stage and the series that it has set.
#[derive(Debug)]
pub(crate) struct Collection<C> {
    name: SharedString,
    collector: C,
    stage: Stage,
    series: CollectedSeries,
    own: Option<OwnSeries>,
}

/// Series about a collector.
#[derive(Debug)]
struct OwnSeries {
    duration: Histogram,
    failures: Counter,
    overflow: Counter,
}

impl<C: Collector> Collection<C> {
    /// Returns the collection of a collector that owns its series for as long as `life` is kept.
    pub(crate) fn new(name: SharedString, life: &Arc<()>, owners: Owners, collector: C) -> Self {
        let owner = Owner::new(name.clone(), life);
        Self {
            name,
            collector,
            stage: Stage::default(),
            series: CollectedSeries::new(owner, owners),
            own: None,
        }
    }

    /// Asks the collector, and commits its values unless it fails.
    pub(crate) async fn run(&mut self, families: &Families<CollectorMetric>) {
        // A run that was dropped leaves its values.
        self.stage.drain();
        let start = Instant::now();
        let is_first = self.own.is_none();
        let own = self.own.get_or_insert_with(|| {
            let value = |CollectorLabel::Collector| self.name.clone();
            OwnSeries {
                duration: families.histogram(CollectorMetric::Duration, value),
                failures: families.counter(CollectorMetric::Failures, value),
                overflow: families.counter(CollectorMetric::Overflow, value),
            }
        });

        let outcome = AssertUnwindSafe(async {
            if is_first {
                families.target.with(|to| self.collector.describe(to));
            }
            self.collector.collect(&mut self.stage).await
        })
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(BoxError::from("it panicked")));
        own.duration.record(start.elapsed());
        let outcome = outcome.and_then(|()| self.series.commit(&mut self.stage, &families.target));
        match outcome {
            Ok(left_out) => own.overflow.increment(left_out),
            Err(error) => {
                own.failures.increment(1);
                let collector = self.name.as_ref();
                tracing::warn!(collector, error, "a collector failed: its old values stay");
            }
        }
    }
}
