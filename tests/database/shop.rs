//! The database of the tests: users and their orders.

use std::time::{Duration, Instant};

use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{Postgres, Sqlite, raw_sql};
use tempfile::TempDir;
use tests::ledger::Ledger;
use tollgate_collectors::{Collector, ScrapeHooks};
use tollgate_sqlx::{DatabaseMetrics, MeteredDatabase, MeteredPool};

use crate::server::Server;

pub(crate) const SCHEMA: &str = "
    CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, age INTEGER CHECK (age > 0));
    CREATE TABLE orders (id INTEGER PRIMARY KEY, by_user INTEGER NOT NULL REFERENCES users (id));
    INSERT INTO users VALUES (1, 'ada', 36), (2, 'bob', 41), (3, 'eve', NULL);
";

/// Time in which a condition has to come true.
const DEADLINE: Duration = Duration::from_mins(1);

/// Database with its metered pool and its metrics.
pub(crate) struct Shop<DB: MeteredDatabase> {
    pub(crate) pool: MeteredPool<DB>,
    pub(crate) ledger: Ledger,
    _directory: Option<TempDir>,
}

/// Returns metrics and the ledger that they write to.
pub(crate) fn metrics() -> (DatabaseMetrics, Ledger) {
    let ledger = Ledger::new();
    let metrics = DatabaseMetrics::builder("shop").recorder(ledger.recorder());
    (metrics.build().unwrap(), ledger)
}

impl Shop<Sqlite> {
    /// Opens a shop in a file.
    pub(crate) async fn open() -> Self {
        Self::open_with(SqlitePoolOptions::new().max_connections(4)).await
    }

    pub(crate) async fn open_with(options: SqlitePoolOptions) -> Self {
        let directory = TempDir::new().unwrap();
        let file = SqliteConnectOptions::new()
            .filename(directory.path().join("shop.db"))
            .create_if_missing(true);
        let (metrics, ledger) = metrics();
        let pool = metrics.count_connections(options).connect_with(file).await;
        let pool = MeteredPool::new(pool.unwrap(), metrics);
        raw_sql(SCHEMA).execute(pool.inner()).await.unwrap();
        Self {
            pool,
            ledger,
            _directory: Some(directory),
        }
    }
}

impl Shop<Postgres> {
    /// Opens a shop in a database of its own.
    pub(crate) async fn on_server(server: &Server, options: PgPoolOptions) -> Self {
        let (metrics, ledger) = metrics();
        let pool = metrics
            .count_connections(options)
            .connect_with(server.database().await)
            .await;
        let pool = MeteredPool::new(pool.unwrap(), metrics);
        raw_sql(SCHEMA).execute(pool.inner()).await.unwrap();
        Self {
            pool,
            ledger,
            _directory: None,
        }
    }
}

impl<DB: MeteredDatabase> Shop<DB> {
    /// Collects the connections of the pool.
    pub(crate) async fn refresh(&self) {
        self.collect(self.pool.clone()).await;
    }

    /// Collects as a scrape would.
    pub(crate) async fn collect(&self, collector: impl Collector) {
        let hooks = ScrapeHooks::new().recorder(self.ledger.recorder());
        hooks
            .hook_timeout(DEADLINE)
            .hook("shop", collector)
            .run()
            .await;
    }

    /// Returns the sum of the series with this name and these labels.
    #[track_caller]
    pub(crate) fn sum(&self, name: &str, labels: &[(&str, &str)]) -> u64 {
        whole(self.ledger.scrape().sum(name, labels))
    }

    /// Returns how often a query was recorded: the same in its histogram as in its counter.
    #[track_caller]
    pub(crate) fn executions(&self, operation: &str, table: &str) -> u64 {
        let labels = [("db", "shop"), ("operation", operation), ("table", table)];
        let executions = self.sum("db_executions_total", &labels);
        let recorded = self.sum("db_query_duration_seconds_count", &labels);
        assert_eq!(executions, recorded);
        executions
    }

    #[track_caller]
    pub(crate) fn rows(&self, operation: &str, table: &str) -> u64 {
        self.sum(
            "db_rows_total",
            &[("operation", operation), ("table", table)],
        )
    }

    #[track_caller]
    pub(crate) fn changes(&self, operation: &str, table: &str) -> u64 {
        let labels = [("operation", operation), ("table", table)];
        self.sum("db_model_changes_total", &labels)
    }

    #[track_caller]
    pub(crate) fn errors(&self, kind: &str) -> u64 {
        self.sum("db_errors_total", &[("db", "shop"), ("kind", kind)])
    }

    #[track_caller]
    pub(crate) fn transactions(&self, outcome: &str) -> u64 {
        let labels = [("db", "shop"), ("outcome", outcome)];
        let total = self.sum("db_transactions_total", &labels);
        let recorded = self.sum("db_transaction_duration_seconds_count", &labels);
        assert_eq!(total, recorded);
        total
    }
}

/// Returns a sum of counts as an integer.
#[track_caller]
pub(crate) fn whole(sum: f64) -> u64 {
    assert!(sum >= 0.0 && sum.fract() == 0.0, "{sum} is no count");
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is whole"
    )]
    let whole = sum as u64;
    whole
}

/// Waits until a condition holds.
#[track_caller]
pub(crate) fn until(
    what: &'static str,
    condition: impl AsyncFn() -> bool,
) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    async move {
        let deadline = Instant::now() + DEADLINE;
        while !condition().await {
            assert!(Instant::now() < deadline, "{what}, at {caller}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
