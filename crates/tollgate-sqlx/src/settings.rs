//! Settings of one database's metrics, below everything that records.

use metrics::SharedString;
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
    /// Puts a gauge on a stage.
    pub(crate) fn stage(&self, stage: &mut Stage, metric: DatabaseMetric, value: u32) {
        stage.gauge_of(&self.families.names, metric, |_| self.db.clone(), value);
    }

    /// Returns the values of a metric's labels, where `value` gives those besides `db`.
    pub(crate) fn labels(
        &self,
        value: impl Fn(DatabaseLabel) -> SharedString,
    ) -> impl Fn(DatabaseLabel) -> SharedString {
        move |label| match label {
            DatabaseLabel::Db => self.db.clone(),
            label => value(label),
        }
    }
}
