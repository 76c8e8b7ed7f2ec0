//! A pool whose queries are measured.

use std::sync::Arc;

use futures_core::{future::BoxFuture, stream::BoxStream};
use metrics::Recorder;
use sqlx::{Describe, Error, Execute, Executor, Pool, SqlSafeStr, SqlStr};
use tollgate_families::{BoxError, Collector, Stage, Start};

use crate::{
    DatabaseMetric, DatabaseMetrics, MeteredConnection, MeteredTransaction,
    driver::{MeteredDatabase, Step},
    instruments::Instruments,
    taken_query::TakenQuery,
    transaction::Held,
};

/// Pool of connections whose queries, transactions and waits are measured.
///
/// It takes the place of sqlx's [`Pool`]: `&pool` is an executor, and [`begin`](Self::begin) and
/// [`acquire`](Self::acquire) give measured transactions and connections. Everything else, such as
/// closing the pool or running migrations, is done on the pool [inside](Self::inner).
///
/// As a [`Collector`] it collects the number of connections. The databases are `Sqlite` with the feature
/// `sqlite`, and `Postgres` with `postgres`.
///
/// # Examples
///
/// ```
/// use sqlx::sqlite::SqlitePool;
/// use tollgate_sqlx::{DatabaseMetrics, MeteredPool};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), sqlx::Error> {
/// let pool = SqlitePool::connect("sqlite::memory:").await?;
/// let pool = MeteredPool::new(pool, DatabaseMetrics::new("orders"));
///
/// let sum: i64 = sqlx::query_scalar("SELECT 1 + 1").fetch_one(&pool).await?;
/// assert_eq!(sum, 2);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct MeteredPool<DB: MeteredDatabase> {
    pool: Pool<DB>,
    pub(crate) instruments: Option<Arc<Instruments>>,
}

impl<DB: MeteredDatabase> MeteredPool<DB> {
    /// Measures the use of a pool.
    pub fn new(pool: Pool<DB>, metrics: DatabaseMetrics) -> Self {
        Self {
            pool,
            instruments: Some(metrics.instruments),
        }
    }

    /// Wraps a pool without measuring it.
    pub fn unmetered(pool: Pool<DB>) -> Self {
        Self {
            pool,
            instruments: None,
        }
    }

    /// Returns the pool itself, whose queries are not measured.
    pub fn inner(&self) -> &Pool<DB> {
        &self.pool
    }

    /// Waits for a connection.
    ///
    /// # Errors
    ///
    /// If none is free or can be opened in time, or if the pool is closed.
    pub async fn acquire(&self) -> Result<MeteredConnection<DB>, Error> {
        let instruments = self.instruments.clone();
        let wait = instruments.as_deref().map(|instruments| Wait {
            instruments,
            started: instruments.settings.stopwatch.start(),
        });
        let acquired = self.pool.acquire().await;
        drop(wait);
        if let (Some(instruments), Err(error)) = (&instruments, &acquired) {
            instruments.pool().record_error(error);
            let could_not_open = match error {
                Error::PoolClosed => false,
                // sqlx retries to connect until the time is over. Below the maximum, nobody waits for a
                // connection that is in use.
                Error::PoolTimedOut => self.pool.size() < self.pool.options().get_max_connections(),
                _ => true,
            };
            if could_not_open {
                instruments.pool().connection_errors.increment(1);
            }
        }
        Ok(MeteredConnection {
            connection: acquired?,
            instruments,
        })
    }

    /// Begins a transaction.
    ///
    /// # Errors
    ///
    /// As [`acquire`](Self::acquire), or if the database does not begin it.
    pub async fn begin(&self) -> Result<MeteredTransaction<'static, DB>, Error> {
        MeteredTransaction::begin(Held::Owned(self.acquire().await?), None).await
    }

    /// Begins a transaction with a statement of your own, such as `BEGIN IMMEDIATE`.
    ///
    /// # Errors
    ///
    /// As [`begin`](Self::begin), or if the statement begins no transaction.
    pub async fn begin_with(
        &self,
        statement: impl SqlSafeStr,
    ) -> Result<MeteredTransaction<'static, DB>, Error> {
        let statement = statement.into_sql_str();
        let connection = Held::Owned(self.acquire().await?);
        MeteredTransaction::begin(connection, Some(statement)).await
    }
}

impl<DB: MeteredDatabase> Clone for MeteredPool<DB> {
    fn clone(&self) -> Self {
        Self {
            pool: self.pool.clone(),
            instruments: self.instruments.clone(),
        }
    }
}

impl<'p, DB: MeteredDatabase> Executor<'p> for &'p MeteredPool<DB> {
    type Database = DB;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Step<DB>>
    where
        'p: 'e,
        E: 'q + Execute<'q, DB>,
    {
        Box::pin(async_stream::try_stream! {
            let mut connection = self.acquire().await?;
            for await step in connection.steps(TakenQuery::new(query)) {
                yield step?;
            }
        })
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<DB::Row>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, DB>,
    {
        Box::pin(async move {
            let mut connection = self.acquire().await?;
            connection.fetch_row(TakenQuery::new(query)).await
        })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [DB::TypeInfo],
    ) -> BoxFuture<'e, Result<DB::Statement, Error>>
    where
        'p: 'e,
    {
        Box::pin(async move { self.acquire().await?.prepare_with(sql, parameters).await })
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<DB>, Error>>
    where
        'p: 'e,
    {
        Box::pin(async move { self.acquire().await?.describe(sql).await })
    }
}

impl<DB: MeteredDatabase> Collector for MeteredPool<DB> {
    fn describe(&self, recorder: &dyn Recorder) {
        if let Some(instruments) = &self.instruments {
            instruments.settings.families.names.describe(recorder);
        }
    }

    async fn collect(&mut self, stage: &mut Stage) -> Result<(), BoxError> {
        if let Some(instruments) = &self.instruments {
            let open = self.pool.size();
            // The pool counts both on its own, and a connection may end between the two readings.
            let idle = u32::try_from(self.pool.num_idle())?.min(open);
            let max = self.pool.options().get_max_connections();
            for (metric, value) in [
                (DatabaseMetric::ConnectionsOpen, open),
                (DatabaseMetric::ConnectionsIdle, idle),
                (DatabaseMetric::ConnectionsMax, max),
            ] {
                instruments.settings.stage(stage, metric, value);
            }
        }
        Ok(())
    }
}

/// Guard of a wait. It records the wait when it is dropped.
struct Wait<'m> {
    instruments: &'m Instruments,
    started: Start,
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let seconds = self.instruments.settings.stopwatch.seconds(self.started);
        self.instruments.pool().acquire.record(seconds);
    }
}
