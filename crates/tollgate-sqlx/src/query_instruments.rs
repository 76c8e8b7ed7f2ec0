//! Instruments of the queries by one operation on one table.

use metrics::{Counter, Histogram, SharedString};

use crate::{DatabaseLabel, DatabaseMetric, settings::Settings};

/// Instruments of the queries by one operation on one table.
pub(crate) struct QueryInstruments {
    duration: Histogram,
    executions: Counter,
    rows: Counter,
    /// Rows changed, absent where the operation changes none.
    pub(crate) changes: Option<Counter>,
}

impl QueryInstruments {
    pub(crate) fn new(settings: &Settings, operation: &'static str, table: &SharedString) -> Self {
        let labels = settings.labels(|label| match label {
            DatabaseLabel::Operation => operation.into(),
            _ => table.clone(),
        });
        let counter = |metric| settings.families.counter(metric, &labels);
        Self {
            duration: (settings.families).histogram(DatabaseMetric::QueryDuration, &labels),
            executions: counter(DatabaseMetric::Executions),
            rows: counter(DatabaseMetric::Rows),
            changes: matches!(operation, "insert" | "update" | "delete")
                .then(|| counter(DatabaseMetric::ModelChanges)),
        }
    }

    #[inline]
    pub(crate) fn record(&self, seconds: f64, rows: u64, affected: u64) {
        self.duration.record(seconds);
        self.executions.increment(1);
        if rows > 0 {
            self.rows.increment(rows);
        }
        if let Some(changes) = self.changes.as_ref().filter(|_| affected > 0) {
            changes.increment(affected);
        }
    }
}
