//! Queries, transactions, connections and migrations of a database, through sqlx.
//!
//! A [`MeteredPool`] stands where sqlx's pool stood. Whatever runs through it, through its
//! connections and its transactions is recorded, each query exactly once: whether it ends, fails,
//! panics, or is dropped before its end, as a stream of rows may be.
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
//! use tollgate_collectors::db::{DatabaseMetrics, MeteredPool};
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
//! # Labels
//!
//! A statement's text is parsed once; the text and its values never are a label.
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
//!   with their schema unless it is `public` or `main`. Past the cap (100 tables unless
//!   [set](DatabaseMetricsBuilder::max_tables)) it is `overflow`.
//! - Several statements in one text are `batch` where they do different things, and on `multiple`
//!   tables where they name different ones.
//! - What does not parse, is longer than 64 KiB or nested very deeply is `other` in both.
//!
//! # What is counted
//!
//! - A **query** is timed from when it has its connection; the time before is a wait. Its rows are the
//!   ones that were handed out. What a transaction, a pool or a migration runs of itself is no query.
//! - **Model changes** are the rows that `INSERT`, `UPDATE` and `DELETE` affected, also with
//!   `RETURNING`; an upsert is an insert. Of changes inside a common table expression the database tells
//!   no number. A change that is rolled back is counted all the same.
//! - **Transactions** are the outermost ones: a savepoint is a part of its own. What sqlx reports as
//!   committed is: also the commit of a transaction in which a query has failed, by which a server
//!   rolls it back.
//! - **Errors** are what the database and its driver answer. A row that is missing, or that does not
//!   fit the type it is read into, is found after them and is none.
//! - A **connection error** is a wait that ended since no connection could be opened: sqlx itself
//!   tries again, until the wait is over, when a server refuses.
//!
//! Gauges have to be asked for: the pool and [`Migrations`] are [collectors](crate::Collector).

mod connection;
mod database;
mod error_kind;
mod execution;
mod instruments;
mod meter;
mod metrics;
mod migrations;
mod names;
mod operation;
mod pool;
mod query;
mod statement;
mod statements;
mod transaction;

pub use self::{
    connection::MeteredConnection,
    database::MeteredDatabase,
    metrics::{DatabaseMetrics, DatabaseMetricsBuilder},
    migrations::Migrations,
    names::DatabaseMetric,
    pool::MeteredPool,
    transaction::MeteredTransaction,
};
