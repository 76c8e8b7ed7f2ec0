//! The metrics of one database, to be given to its pool.

use std::{borrow::Cow, sync::Arc};

use metrics::{Recorder, SharedString};
use sqlx::{Database, pool::PoolOptions};

use crate::{
    db::{
        meter::Meter,
        names::{DatabaseMetric, DatabaseNames, METRICS},
    },
    destination::Destination,
};

/// How many tables are told apart unless set.
const MAX_TABLES: usize = 100;

/// The metrics of one database.
///
/// What they keep is shared by all clones and lives as long as the process: build them once for
/// each database. The recorder is asked for each series once, when the series is first needed:
/// install it before the first query.
///
/// # Examples
///
/// ```
/// use tollgate_collectors::db::DatabaseMetrics;
///
/// let metrics = DatabaseMetrics::new("orders");
/// let cautious = DatabaseMetrics::builder("reports").max_tables(20).build();
/// # let _ = (metrics, cautious);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct DatabaseMetrics {
    pub(crate) meter: &'static Meter,
}

/// Builds [`DatabaseMetrics`].
#[derive(Debug, Clone)]
#[must_use]
pub struct DatabaseMetricsBuilder {
    db: SharedString,
    max_tables: usize,
    names: DatabaseNames,
    destination: Destination,
}

impl DatabaseMetrics {
    /// Creates the metrics of a database that the label `db` calls by this name.
    pub fn new(db: impl Into<SharedString>) -> Self {
        Self::builder(db).build()
    }

    /// Starts to build metrics.
    pub fn builder(db: impl Into<SharedString>) -> DatabaseMetricsBuilder {
        DatabaseMetricsBuilder {
            db: db.into(),
            max_tables: MAX_TABLES,
            names: DatabaseNames::new(&METRICS),
            destination: Destination::default(),
        }
    }

    /// Counts the connections that a pool of these options opens.
    ///
    /// It takes the place of [`PoolOptions::after_connect`]: an app that has a use for that calls
    /// [`connection_opened`](Self::connection_opened) in it instead.
    ///
    /// # Examples
    ///
    /// ```
    /// use sqlx::sqlite::SqlitePoolOptions;
    /// use tollgate_collectors::db::{DatabaseMetrics, MeteredPool};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), sqlx::Error> {
    /// let metrics = DatabaseMetrics::new("orders");
    /// let options = metrics.count_connections(SqlitePoolOptions::new().max_connections(5));
    /// let pool = MeteredPool::new(options.connect("sqlite::memory:").await?, metrics);
    /// # let _ = pool;
    /// # Ok(())
    /// # }
    /// ```
    pub fn count_connections<DB: Database>(&self, options: PoolOptions<DB>) -> PoolOptions<DB> {
        let metrics = *self;
        options.after_connect(move |_, _| {
            metrics.connection_opened();
            Box::pin(std::future::ready(Ok(())))
        })
    }

    /// Counts a connection that was opened.
    pub fn connection_opened(&self) {
        self.meter.pool().connections_opened.increment(1);
    }
}

impl DatabaseMetricsBuilder {
    /// Puts a namespace before each name: `shop` → `shop_db_executions_total`.
    pub fn namespace(mut self, namespace: impl Into<Cow<'static, str>>) -> Self {
        self.names.set_namespace(namespace.into());
        self
    }

    /// Gives a metric another name.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_collectors::db::{DatabaseMetric, DatabaseMetrics};
    ///
    /// let metrics = DatabaseMetrics::builder("orders")
    ///     .rename(DatabaseMetric::QueryDuration, "sqlalchemy_query_latency_seconds")
    ///     .build();
    /// # let _ = metrics;
    /// ```
    pub fn rename(mut self, metric: DatabaseMetric, name: impl Into<Cow<'static, str>>) -> Self {
        self.names.rename(metric as usize, Some(name.into()));
        self
    }

    /// Leaves a metric out.
    pub fn without(mut self, metric: DatabaseMetric) -> Self {
        self.names.rename(metric as usize, None);
        self
    }

    /// Tells this many tables apart, by name; the rest is `overflow`. 100 unless set.
    pub fn max_tables(mut self, tables: usize) -> Self {
        self.max_tables = tables;
        self
    }

    /// Records into this recorder instead of the global one.
    pub fn recorder(mut self, recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        self.destination = Destination::given(recorder);
        self
    }

    /// Creates the metrics.
    pub fn build(self) -> DatabaseMetrics {
        let meter = Meter::new(self.db, self.max_tables, self.names, self.destination);
        DatabaseMetrics {
            meter: Box::leak(Box::new(meter)),
        }
    }
}
