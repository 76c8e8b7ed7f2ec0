//! Settings of one database's metrics, below everything that records.

use metrics::{Counter, Histogram, SharedString};
use tollgate_families::{Families, Stage, Stopwatch};

use crate::{DatabaseLabel, DatabaseMetric};

/// Name of the database, names of its metrics, and the clock.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) db: SharedString,
    pub(crate) families: Families<DatabaseMetric>,
    pub(crate) stopwatch: Stopwatch,
}

impl Settings {
    /// Registers a counter. `value` gives the values of its labels besides `db`.
    pub(crate) fn counter(
        &self,
        metric: DatabaseMetric,
        value: impl Fn(DatabaseLabel) -> SharedString,
    ) -> Counter {
        self.families.counter(metric, self.with_db(value))
    }

    /// Registers a histogram. `value` gives the values of its labels besides `db`.
    pub(crate) fn histogram(
        &self,
        metric: DatabaseMetric,
        value: impl Fn(DatabaseLabel) -> SharedString,
    ) -> Histogram {
        self.families.histogram(metric, self.with_db(value))
    }

    /// Puts a gauge on a stage.
    pub(crate) fn stage(&self, stage: &mut Stage, metric: DatabaseMetric, value: u32) {
        stage.gauge_of(&self.families.names, metric, |_| self.db.clone(), value);
    }

    fn with_db(
        &self,
        value: impl Fn(DatabaseLabel) -> SharedString,
    ) -> impl Fn(DatabaseLabel) -> SharedString {
        move |label| match label {
            DatabaseLabel::Db => self.db.clone(),
            label => value(label),
        }
    }
}
