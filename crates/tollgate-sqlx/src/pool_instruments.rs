//! Instruments that do not depend on a statement.

use metrics::{Counter, Histogram};
use sqlx::Error;

use crate::{
    DatabaseMetric,
    error_kind::{KINDS, kind_of},
    settings::Settings,
};

/// Instruments of connections, errors and transactions.
pub(crate) struct PoolInstruments {
    pub(crate) acquire: Histogram,
    pub(crate) connections_opened: Counter,
    pub(crate) connection_errors: Counter,
    errors: [(&'static str, Counter); KINDS.len()],
    committed: (Counter, Histogram),
    rolled_back: (Counter, Histogram),
}

impl PoolInstruments {
    /// Registers the series, so that rates start at zero.
    pub(crate) fn new(settings: &Settings) -> Self {
        let families = &settings.families;
        let labels = |value: &'static str| settings.labels(move |_| value.into());
        let counter = |metric, value| families.counter(metric, labels(value));
        let histogram = |metric, value| families.histogram(metric, labels(value));
        let transactions = |outcome| {
            let total = counter(DatabaseMetric::Transactions, outcome);
            (
                total,
                histogram(DatabaseMetric::TransactionDuration, outcome),
            )
        };
        Self {
            acquire: histogram(DatabaseMetric::AcquireDuration, ""),
            connections_opened: counter(DatabaseMetric::ConnectionsOpened, ""),
            connection_errors: counter(DatabaseMetric::ConnectionErrors, ""),
            errors: KINDS.map(|kind| (kind, counter(DatabaseMetric::Errors, kind))),
            committed: transactions("committed"),
            rolled_back: transactions("rolled_back"),
        }
    }

    #[cold]
    pub(crate) fn record_error(&self, error: &Error) {
        let kind = kind_of(error);
        if let Some((_, errors)) = self.errors.iter().find(|(other, _)| *other == kind) {
            errors.increment(1);
        }
    }

    pub(crate) fn record_transaction(&self, is_committed: bool, seconds: f64) {
        let (total, duration) = if is_committed {
            &self.committed
        } else {
            &self.rolled_back
        };
        total.increment(1);
        duration.record(seconds);
    }
}
