//! What the metrics are called, and what they mean.

use metrics::{Recorder, Unit};

pub(crate) const QUERY_DURATION: &str = "db_query_duration_seconds";
pub(crate) const EXECUTIONS: &str = "db_executions_total";
pub(crate) const ROWS: &str = "db_rows_total";
pub(crate) const MODEL_CHANGES: &str = "db_model_changes_total";
pub(crate) const ERRORS: &str = "db_errors_total";
pub(crate) const TRANSACTIONS: &str = "db_transactions_total";
pub(crate) const TRANSACTION_DURATION: &str = "db_transaction_duration_seconds";
pub(crate) const ACQUIRE_DURATION: &str = "db_connection_acquire_duration_seconds";
pub(crate) const CONNECTIONS_OPENED: &str = "db_connections_opened_total";
pub(crate) const CONNECTION_ERRORS: &str = "db_connection_errors_total";
pub(crate) const CONNECTIONS_OPEN: &str = "db_connections_open";
pub(crate) const CONNECTIONS_IDLE: &str = "db_connections_idle";
pub(crate) const CONNECTIONS_MAX: &str = "db_connections_max";
pub(crate) const MIGRATIONS_APPLIED: &str = "db_migrations_applied";
pub(crate) const MIGRATIONS_PENDING: &str = "db_migrations_pending";

/// Tells the recorder about every metric that a query can leave.
pub(crate) fn describe(recorder: &dyn Recorder) {
    for (name, description) in [
        (QUERY_DURATION, "Time from the start of a query to its end."),
        (
            TRANSACTION_DURATION,
            "Time from the begin of a transaction to its end.",
        ),
        (
            ACQUIRE_DURATION,
            "Time that was waited for a connection of the pool.",
        ),
    ] {
        recorder.describe_histogram(name.into(), Some(Unit::Seconds), description.into());
    }
    for (name, description) in [
        (EXECUTIONS, "Queries that were run."),
        (ROWS, "Rows that queries returned."),
        (
            MODEL_CHANGES,
            "Rows that were inserted, updated or deleted.",
        ),
        (ERRORS, "Errors of the database and of its driver, by kind."),
        (TRANSACTIONS, "Transactions by how they ended."),
        (CONNECTIONS_OPENED, "Connections that the pool opened."),
        (
            CONNECTION_ERRORS,
            "Times that no connection could be opened.",
        ),
    ] {
        recorder.describe_counter(name.into(), Some(Unit::Count), description.into());
    }
}

/// Tells the recorder about gauges.
pub(crate) fn describe_gauges(recorder: &dyn Recorder, gauges: &[(&'static str, &'static str)]) {
    for &(name, description) in gauges {
        recorder.describe_gauge(name.into(), Some(Unit::Count), description.into());
    }
}
