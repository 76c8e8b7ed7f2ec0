//! What the metrics are called, and what they mean.

use crate::names::{Kind, Metric, Names};

/// A metric of [`DatabaseMetrics`](crate::db::DatabaseMetrics).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DatabaseMetric {
    /// `db_query_duration_seconds`, by operation and table.
    QueryDuration,
    /// `db_executions_total`, by operation and table.
    Executions,
    /// `db_rows_total`, by operation and table.
    Rows,
    /// `db_model_changes_total`, by operation and table.
    ModelChanges,
    /// `db_errors_total`, by kind.
    Errors,
    /// `db_transactions_total`, by outcome.
    Transactions,
    /// `db_transaction_duration_seconds`, by outcome.
    TransactionDuration,
    /// `db_connection_acquire_duration_seconds`.
    AcquireDuration,
    /// `db_connections_opened_total`.
    ConnectionsOpened,
    /// `db_connection_errors_total`.
    ConnectionErrors,
    /// `db_connections_open`.
    ConnectionsOpen,
    /// `db_connections_idle`.
    ConnectionsIdle,
    /// `db_connections_max`.
    ConnectionsMax,
    /// `db_migrations_applied`.
    MigrationsApplied,
    /// `db_migrations_pending`.
    MigrationsPending,
}

pub(crate) static METRICS: [Metric; 15] = [
    metric(
        "db_query_duration_seconds",
        Kind::Histogram,
        "Time from the start of a query to its end.",
    ),
    metric(
        "db_executions_total",
        Kind::Counter,
        "Queries that were run.",
    ),
    metric(
        "db_rows_total",
        Kind::Counter,
        "Rows that queries returned.",
    ),
    metric(
        "db_model_changes_total",
        Kind::Counter,
        "Rows that were inserted, updated or deleted.",
    ),
    metric(
        "db_errors_total",
        Kind::Counter,
        "Errors of the database and of its driver, by kind.",
    ),
    metric(
        "db_transactions_total",
        Kind::Counter,
        "Transactions by how they ended.",
    ),
    metric(
        "db_transaction_duration_seconds",
        Kind::Histogram,
        "Time from the begin of a transaction to its end.",
    ),
    metric(
        "db_connection_acquire_duration_seconds",
        Kind::Histogram,
        "Time that was waited for a connection of the pool.",
    ),
    metric(
        "db_connections_opened_total",
        Kind::Counter,
        "Connections that the pool opened.",
    ),
    metric(
        "db_connection_errors_total",
        Kind::Counter,
        "Times that no connection could be opened.",
    ),
    metric(
        "db_connections_open",
        Kind::Gauge,
        "Connections that the pool has open.",
    ),
    metric(
        "db_connections_idle",
        Kind::Gauge,
        "Connections of the pool that nobody uses.",
    ),
    metric(
        "db_connections_max",
        Kind::Gauge,
        "Connections that the pool may have open.",
    ),
    metric(
        "db_migrations_applied",
        Kind::Gauge,
        "Migrations that the database has.",
    ),
    metric(
        "db_migrations_pending",
        Kind::Gauge,
        "Migrations that the database does not have yet.",
    ),
];

pub(crate) type DatabaseNames = Names<15>;

const fn metric(name: &'static str, kind: Kind, help: &'static str) -> Metric {
    Metric { name, kind, help }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metrics_are_in_the_order_of_their_names() {
        let name = |metric: DatabaseMetric| METRICS[metric as usize].name;
        assert_eq!(
            name(DatabaseMetric::QueryDuration),
            "db_query_duration_seconds"
        );
        assert_eq!(
            name(DatabaseMetric::ConnectionsOpened),
            "db_connections_opened_total"
        );
        assert_eq!(
            name(DatabaseMetric::MigrationsPending),
            "db_migrations_pending"
        );
        assert_eq!(
            METRICS.len(),
            DatabaseMetric::MigrationsPending as usize + 1
        );
    }
}
