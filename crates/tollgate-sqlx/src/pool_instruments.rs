//! Instruments that do not depend on a statement.

use metrics::{Counter, Histogram};
use sqlx::Error;

use crate::{DatabaseMetric, error_kind::ErrorKind, settings::Settings};

/// Instruments of connections, errors and transactions.
pub(crate) struct PoolInstruments {
    pub(crate) acquire: Histogram,
    pub(crate) connections_opened: Counter,
    pub(crate) connection_errors: Counter,
    errors: [Counter; ErrorKind::ALL.len()],
    committed: TransactionInstruments,
    rolled_back: TransactionInstruments,
}

/// Instruments of the transactions with one outcome.
struct TransactionInstruments {
    total: Counter,
    duration: Histogram,
}

impl PoolInstruments {
    /// Registers the series, so that rates start at zero.
    pub(crate) fn new(settings: &Settings) -> Self {
        let counter = |metric, value: &'static str| settings.counter(metric, |_| value.into());
        let histogram = |metric, value: &'static str| settings.histogram(metric, |_| value.into());
        let transactions = |outcome| TransactionInstruments {
            total: counter(DatabaseMetric::Transactions, outcome),
            duration: histogram(DatabaseMetric::TransactionDuration, outcome),
        };
        Self {
            acquire: histogram(DatabaseMetric::AcquireDuration, ""),
            connections_opened: counter(DatabaseMetric::ConnectionsOpened, ""),
            connection_errors: counter(DatabaseMetric::ConnectionErrors, ""),
            errors: ErrorKind::ALL.map(|kind| counter(DatabaseMetric::Errors, kind.label())),
            committed: transactions("committed"),
            rolled_back: transactions("rolled_back"),
        }
    }

    #[cold]
    pub(crate) fn record_error(&self, error: &Error) {
        self.errors[ErrorKind::of(error) as usize].increment(1);
    }

    pub(crate) fn record_transaction(&self, is_committed: bool, seconds: f64) {
        let transactions = if is_committed {
            &self.committed
        } else {
            &self.rolled_back
        };
        transactions.total.increment(1);
        transactions.duration.record(seconds);
    }
}
