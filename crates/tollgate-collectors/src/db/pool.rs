//! A pool whose queries are measured.

use futures_core::{future::BoxFuture, stream::BoxStream};
use metrics::Recorder;
use sqlx::{Describe, Error, Execute, Executor, Pool, SqlSafeStr, SqlStr, pool::PoolConnection};

use crate::{
    BoxError, Collector, Stage,
    db::{
        DatabaseMetrics, MeteredConnection, MeteredTransaction,
        database::{MeteredDatabase, Step},
        meter::Meter,
        names::DatabaseMetric,
        query::TakenQuery,
    },
};

/// A pool of connections whose queries, transactions and waits are measured.
///
/// It stands where sqlx's [`Pool`] stood: `&pool` is an executor, [`begin`](Self::begin) and
/// [`acquire`](Self::acquire) give what is measured too. Everything else is done on the pool
/// [inside](Self::inner), such as closing it or running migrations.
///
/// As a [`Collector`] it tells how many connections there are.
///
/// # Examples
///
/// ```
/// use sqlx::sqlite::SqlitePool;
/// use tollgate_collectors::db::{DatabaseMetrics, MeteredPool};
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
    pub(crate) meter: Option<&'static Meter>,
}

impl<DB: MeteredDatabase> MeteredPool<DB> {
    /// Measures what a pool is used for.
    pub fn new(pool: Pool<DB>, metrics: DatabaseMetrics) -> Self {
        Self {
            pool,
            meter: Some(metrics.meter),
        }
    }

    /// Hands everything on to a pool without measuring it.
    pub fn unmetered(pool: Pool<DB>) -> Self {
        Self { pool, meter: None }
    }

    /// The pool itself. What it runs is not measured.
    pub fn inner(&self) -> &Pool<DB> {
        &self.pool
    }

    /// Waits for a connection.
    ///
    /// # Errors
    ///
    /// If none is free or can be opened in time, or the pool is closed.
    pub async fn acquire(&self) -> Result<MeteredConnection<DB>, Error> {
        let acquired = match self.meter {
            Some(meter) => acquire(&self.pool, meter).await,
            None => self.pool.acquire().await,
        };
        Ok(MeteredConnection::new(acquired?, self.meter))
    }

    /// Begins a transaction.
    ///
    /// # Errors
    ///
    /// As [`acquire`](Self::acquire), or if the database does not begin it.
    pub async fn begin(&self) -> Result<MeteredTransaction<'static, DB>, Error> {
        MeteredTransaction::begin(self.acquire().await?, None).await
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
        MeteredTransaction::begin(self.acquire().await?, Some(statement)).await
    }
}

impl<DB: MeteredDatabase> Clone for MeteredPool<DB> {
    fn clone(&self) -> Self {
        Self {
            pool: self.pool.clone(),
            meter: self.meter,
        }
    }
}

impl<'p, DB: MeteredDatabase> Executor<'p> for &MeteredPool<DB> {
    type Database = DB;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Step<DB>>
    where
        'p: 'e,
        E: 'q + Execute<'q, DB>,
    {
        let pool = self.clone();
        Box::pin(async_stream::try_stream! {
            let mut connection = pool.acquire().await?;
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
        let pool = self.clone();
        Box::pin(async move {
            let mut connection = pool.acquire().await?;
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
        let pool = self.clone();
        Box::pin(async move { pool.acquire().await?.prepare_with(sql, parameters).await })
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<DB>, Error>>
    where
        'p: 'e,
    {
        let pool = self.clone();
        Box::pin(async move { pool.acquire().await?.describe(sql).await })
    }
}

impl<DB: MeteredDatabase> Collector for MeteredPool<DB> {
    fn describe(&self, recorder: &dyn Recorder) {
        if let Some(meter) = self.meter {
            meter.names.describe(recorder);
        }
    }

    async fn collect(&mut self, stage: &mut Stage) -> Result<(), BoxError> {
        if let Some(meter) = self.meter {
            let idle = u32::try_from(self.pool.num_idle())?;
            let max = self.pool.options().get_max_connections();
            meter.stage(stage, DatabaseMetric::ConnectionsOpen, self.pool.size());
            meter.stage(stage, DatabaseMetric::ConnectionsIdle, idle);
            meter.stage(stage, DatabaseMetric::ConnectionsMax, max);
        }
        Ok(())
    }
}

/// Waits for a connection, and records the wait however it ends.
async fn acquire<DB: MeteredDatabase>(
    pool: &Pool<DB>,
    meter: &'static Meter,
) -> Result<PoolConnection<DB>, Error> {
    let wait = Wait {
        meter,
        started: meter.clock.raw(),
    };
    let acquired = pool.acquire().await;
    drop(wait);
    if let Err(error) = &acquired {
        meter.record_error(error);
        let could_not_open = match error {
            Error::PoolClosed => false,
            // sqlx tries again to connect until the time is over. Nobody waits for a connection
            // of others while one more may be opened.
            Error::PoolTimedOut => pool.size() < pool.options().get_max_connections(),
            _ => true,
        };
        if could_not_open {
            meter.pool().connection_errors.increment(1);
        }
    }
    acquired
}

/// Records a wait when it is dropped.
struct Wait {
    meter: &'static Meter,
    started: u64,
}

impl Drop for Wait {
    fn drop(&mut self) {
        let seconds = self.meter.seconds_since(self.started);
        self.meter.pool().acquire.record(seconds);
    }
}
