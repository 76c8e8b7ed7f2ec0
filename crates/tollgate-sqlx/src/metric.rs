//! The list of the metrics and their labels.

use tollgate_families::{Catalogue, families};

families! {
    /// Metric of [`DatabaseMetrics`](crate::DatabaseMetrics).
    pub enum DatabaseMetric {
        QueryDuration: histogram(Seconds) "db_query_duration_seconds" {db, operation, table}
            "Time from the start of a query to its end in seconds.";
        Executions: counter(Count) "db_executions_total" {db, operation, table}
            "Queries run.";
        Rows: counter(Count) "db_rows_total" {db, operation, table}
            "Rows returned by queries.";
        ModelChanges: counter(Count) "db_model_changes_total" {db, operation, table}
            "Rows inserted, updated or deleted.";
        Errors: counter(Count) "db_errors_total" {db, kind}
            "Errors of the database and its driver, by kind.";
        Transactions: counter(Count) "db_transactions_total" {db, outcome}
            "Transactions ended, by outcome.";
        TransactionDuration: histogram(Seconds) "db_transaction_duration_seconds" {db, outcome}
            "Time from the start of a transaction to its end in seconds.";
        AcquireDuration: histogram(Seconds) "db_connection_acquire_duration_seconds" {db}
            "Time waited for a connection of the pool in seconds.";
        ConnectionsOpened: counter(Count) "db_connections_opened_total" {db}
            "Connections opened by the pool.";
        ConnectionErrors: counter(Count) "db_connection_errors_total" {db}
            "Waits for a connection that could not be opened.";
        ConnectionsOpen: gauge(Count) "db_connections_open" {db}
            "Open connections of the pool.";
        ConnectionsIdle: gauge(Count) "db_connections_idle" {db}
            "Idle connections of the pool.";
        ConnectionsMax: gauge(Count) "db_connections_max" {db}
            "Maximum number of open connections of the pool.";
        MigrationsApplied: gauge(Count) "db_migrations_applied" {db}
            "Migrations applied to the database.";
        MigrationsPending: gauge(Count) "db_migrations_pending" {db}
            "Migrations not yet applied to the database.";
    }

    /// Label of the database metrics.
    pub enum DatabaseLabel {
        db = Db "the name of the database in the app";
        operation = Operation "the operation of the statement, such as `select`";
        table = Table "the table of the statement; `none`, `multiple`, `other`, `overflow`";
        kind = Kind "the kind of the error, such as `unique_violation`";
        outcome = Outcome "`committed`, `rolled_back`";
    }
}

/// Returns all metrics of this crate in their default names.
pub fn catalogue() -> Catalogue {
    Catalogue::of::<DatabaseMetric>()
}
