//! Prometheus metrics of sqlx: queries, transactions, connections and migrations of a database.
//!
//! A [`MeteredPool`] takes the place of sqlx's pool. Queries through the pool, its connections and its
//! transactions are recorded, each exactly once: also a query that fails, panics, or is dropped before
//! its end, as a stream of rows may be.
//!
//! | Metric | Type | Labels |
//! |---|---|---|
//! | `db_query_duration_seconds` | histogram | db, operation, table |
//! | `db_executions_total` | counter | db, operation, table |
//! | `db_rows_total` | counter | db, operation, table |
//! | `db_model_changes_total` | counter | db, operation, table |
//! | `db_errors_total` | counter | db, kind |
//! | `db_transactions_total` | counter | db, outcome |
//! | `db_transaction_duration_seconds` | histogram | db, outcome |
//! | `db_connection_acquire_duration_seconds` | histogram | db |
//! | `db_connections_opened_total` | counter | db |
//! | `db_connection_errors_total` | counter | db |
//! | `db_connections_open`, `db_connections_idle`, `db_connections_max` | gauge | db |
//! | `db_migrations_applied`, `db_migrations_pending` | gauge | db |
//!
//! # Examples
//!
//! ```
//! use sqlx::sqlite::SqlitePoolOptions;
//! use tollgate_sqlx::{DatabaseMetrics, MeteredPool};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), sqlx::Error> {
//! # let metrics_db = true;
//! let metrics = DatabaseMetrics::new("orders");
//! let options = metrics.count_connections(SqlitePoolOptions::new().max_connections(1));
//! let pool = options.connect("sqlite::memory:").await?;
//! let pool = match metrics_db {
//!     true => MeteredPool::new(pool, metrics),
//!     false => MeteredPool::unmetered(pool),
//! };
//!
//! sqlx::query("CREATE TABLE orders (item TEXT)").execute(&pool).await?;
//! let mut transaction = pool.begin().await?;
//! sqlx::query("INSERT INTO orders VALUES ('tea')").execute(&mut *transaction).await?;
//! transaction.commit().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! | Feature | Measured |
//! |---|---|
//! | `postgres` | [`sqlx::Postgres`] |
//! | `sqlite` | [`sqlx::Sqlite`] |
//!
//! # Labels
//!
//! A statement's text is parsed once. Neither the text nor its values are ever a label.
//!
//! | Label | Values |
//! |---|---|
//! | db | the name that the app gives the database |
//! | operation | `select`, `insert` (also `REPLACE`), `update`, `delete`, `merge`, `copy`, `truncate`, `create`, `alter`, `drop`, `explain`, `pragma`, `transaction`, `batch`, `other` |
//! | table | the statement's table; `none`, `multiple`, `other`, `overflow` |
//! | kind | `unique_violation`, `foreign_key_violation`, `not_null_violation`, `check_violation`, `exclusion_violation`, `database`, `io`, `tls`, `protocol`, `configuration`, `encode`, `decode`, `pool_timed_out`, `pool_closed`, `worker_crashed`, `transaction`, `migrate`, `other` |
//! | outcome | `committed`, `rolled_back` |
//!
//! - The **table** is the one that is changed, or the first that a query reads from: the leftmost of a
//!   join, also inside a subquery or a common table expression. Names are in lower case unless quoted,
//!   with their schema unless it is `public` or `main`. Beyond the maximum (100 tables unless
//!   [set](DatabaseMetricsBuilder::max_tables)) it is `overflow`.
//! - Several statements in one text are `batch` if their operations differ, and on `multiple` tables
//!   if their tables differ.
//! - Operation and table are `other` for a text that does not parse, is longer than 64 KiB, or is
//!   nested very deeply.
//!
//! # Rules of counting
//!
//! - A **query** is timed from the moment it has its connection; the time before is a wait. Its rows
//!   are those handed out. Statements that a transaction, a pool or a migration runs by itself are not
//!   queries.
//! - **Model changes** are the rows that `INSERT`, `UPDATE` and `DELETE` affected, also with
//!   `RETURNING`. An upsert is an insert. The database reports no number for changes inside a common
//!   table expression. A change that is rolled back is counted all the same.
//! - **Transactions** are the outermost ones: a savepoint is part of its transaction. A transaction is
//!   committed if sqlx reports a commit: also one in which a query has failed, although the server
//!   rolls it back.
//! - **Errors** are those of the database and its driver. A missing row, or one that does not fit the
//!   type it is read into, is found later and is not counted.
//! - A **connection error** is a wait that ended because no connection could be opened. If a server
//!   refuses, sqlx retries until the wait is over.
//!
//! Gauges have to be collected: [`MeteredPool`] and its [`migrations`](MeteredPool::migrations) are
//! [collectors](tollgate_families::Collector), for `Periodic` and `ScrapeHooks` of
//! `tollgate-collectors`.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod connection;
mod database_metrics;
mod driver;
mod error_kind;
mod execution;
mod instruments;
mod metric;
mod migrations;
mod pool;
mod pool_instruments;
mod query_instruments;
#[cfg(all(doctest, feature = "sqlite"))]
#[doc = include_str!("../README.md")]
mod readme {}
mod settings;
mod statement;
mod statements;
mod tables;
mod taken_query;
mod transaction;

#[doc(no_inline)]
pub use tollgate_families::BuildError;

// For code that is generic over databases.
#[doc(hidden)]
pub use self::driver::MeteredDatabase;
#[doc(hidden)]
pub use self::metric::catalogue;
pub use self::{
    connection::MeteredConnection,
    database_metrics::{DatabaseMetrics, DatabaseMetricsBuilder},
    metric::{DatabaseLabel, DatabaseMetric},
    pool::MeteredPool,
    transaction::MeteredTransaction,
};
