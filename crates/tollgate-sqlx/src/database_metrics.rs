//! Metrics of one database, for its pools.

use std::sync::Arc;

use metrics::SharedString;
use sqlx::{Database, pool::PoolOptions};
use tollgate_families::{BuildError, Families, Stopwatch, family_setters};

use crate::{DatabaseLabel, DatabaseMetric, instruments::Instruments, settings::Settings};

/// Number of tables that are told apart unless set.
const MAX_TABLES: usize = 100;

/// Metrics of one database.
///
/// Clones share what was learned of the database's statements and tables: build the metrics once for
/// each database. Series are registered when they are first needed: install the recorder before the
/// first query.
///
/// # Examples
///
/// ```
/// use tollgate_sqlx::DatabaseMetrics;
///
/// let metrics = DatabaseMetrics::new("orders");
/// let cautious = DatabaseMetrics::builder("reports").max_tables(20).build()?;
/// # let _ = (metrics, cautious);
/// # Ok::<(), tollgate_sqlx::BuildError>(())
/// ```
#[derive(Debug, Clone)]
pub struct DatabaseMetrics {
    pub(crate) instruments: Arc<Instruments>,
}

/// Builder of [`DatabaseMetrics`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `build`"]
pub struct DatabaseMetricsBuilder {
    db: SharedString,
    max_tables: usize,
    families: Families<DatabaseMetric>,
}

impl DatabaseMetrics {
    /// Creates the metrics of the database that the label `db` calls by this name.
    pub fn new(db: impl Into<SharedString>) -> Self {
        Self::builder(db).build_unchecked()
    }

    /// Starts to build metrics.
    pub fn builder(db: impl Into<SharedString>) -> DatabaseMetricsBuilder {
        DatabaseMetricsBuilder {
            db: db.into(),
            max_tables: MAX_TABLES,
            families: Families::default(),
        }
    }

    /// Counts the connections that a pool of these options opens.
    ///
    /// It replaces [`PoolOptions::after_connect`]. An app with a callback of its own calls
    /// [`connection_opened`](Self::connection_opened) in it instead.
    ///
    /// # Examples
    ///
    /// ```
    /// use sqlx::sqlite::SqlitePoolOptions;
    /// use tollgate_sqlx::{DatabaseMetrics, MeteredPool};
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
        let metrics = self.clone();
        options.after_connect(move |_, _| {
            metrics.connection_opened();
            Box::pin(std::future::ready(Ok(())))
        })
    }

    /// Counts a connection that was opened.
    pub fn connection_opened(&self) {
        self.instruments.pool().connections_opened.increment(1);
    }
}

impl DatabaseMetricsBuilder {
    family_setters!(names: DatabaseMetric, DatabaseLabel);
    family_setters!(recorder);

    /// Sets how many tables are told apart by name. Any other is `overflow`. 100 unless set.
    pub fn max_tables(mut self, max_tables: usize) -> Self {
        self.max_tables = max_tables;
        self
    }

    /// Creates the metrics.
    ///
    /// # Errors
    ///
    /// If Prometheus does not accept a name, or if two names collide.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_sqlx::{DatabaseMetric, DatabaseMetrics};
    ///
    /// let metrics = DatabaseMetrics::builder("orders")
    ///     .rename(DatabaseMetric::QueryDuration, "sqlalchemy_query_latency_seconds")
    ///     .build()?;
    /// # let _ = metrics;
    /// # Ok::<(), tollgate_sqlx::BuildError>(())
    /// ```
    pub fn build(self) -> Result<DatabaseMetrics, BuildError> {
        self.families.names.check(|_| Vec::new())?;
        Ok(self.build_unchecked())
    }

    fn build_unchecked(self) -> DatabaseMetrics {
        let settings = Settings {
            db: self.db,
            families: self.families,
            stopwatch: Stopwatch::default(),
        };
        DatabaseMetrics {
            instruments: Arc::new(Instruments::new(settings, self.max_tables)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_clone_frees_everything() {
        let metrics = DatabaseMetrics::new("shop");
        let instruments = Arc::downgrade(&metrics.instruments);
        metrics.connection_opened();
        drop(metrics.clone());
        assert_eq!(instruments.strong_count(), 1);
        drop(metrics);
        assert_eq!(instruments.strong_count(), 0);
    }

    #[test]
    fn names_that_collide_are_refused() {
        let builder = DatabaseMetrics::builder("shop");
        let error = builder
            .rename(DatabaseMetric::Rows, "db_executions_total")
            .build()
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "two metrics are named \"db_executions_total\": rename one of them"
        );
    }
}
