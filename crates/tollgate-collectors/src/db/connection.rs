//! A connection whose queries are measured.

use std::future::poll_fn;

use futures_core::{future::BoxFuture, stream::BoxStream};
use sqlx::{Describe, Either, Error, Execute, Executor, SqlStr, pool::PoolConnection};

use crate::db::{
    database::{MeteredDatabase, Step},
    execution::{Execution, Steps},
    instruments::Instruments,
    meter::Meter,
    query::TakenQuery,
    transaction::MeteredTransaction,
};

/// A connection from a [`MeteredPool`](crate::db::MeteredPool), whose queries are measured.
///
/// `&mut connection` is an executor, as `&mut *transaction` of a [`MeteredTransaction`] is.
///
/// # Examples
///
/// ```
/// use sqlx::Sqlite;
/// use tollgate_collectors::db::MeteredConnection;
///
/// async fn rename(
///     connection: &mut MeteredConnection<Sqlite>,
///     id: i64,
///     name: &str,
/// ) -> Result<(), sqlx::Error> {
///     sqlx::query("UPDATE users SET name = ? WHERE id = ?")
///         .bind(name)
///         .bind(id)
///         .execute(connection)
///         .await?;
///     Ok(())
/// }
/// ```
#[derive(Debug)]
pub struct MeteredConnection<DB: MeteredDatabase> {
    connection: PoolConnection<DB>,
    pub(crate) meter: Option<&'static Meter>,
}

impl<DB: MeteredDatabase> MeteredConnection<DB> {
    pub(crate) fn new(connection: PoolConnection<DB>, meter: Option<&'static Meter>) -> Self {
        Self { connection, meter }
    }

    /// Begins a transaction, or a savepoint inside one.
    ///
    /// # Errors
    ///
    /// If the database does not begin it.
    pub async fn begin(&mut self) -> Result<MeteredTransaction<'_, DB>, Error> {
        MeteredTransaction::begin(self, None).await
    }

    /// The connection itself, for what is no query. What it runs is not measured.
    pub fn inner_mut(&mut self) -> &mut DB::Connection {
        &mut self.connection
    }

    /// Gives up measuring.
    pub fn into_inner(self) -> PoolConnection<DB> {
        self.connection
    }

    /// Counts the error of what is no query.
    pub(crate) fn see_error<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        if let (Some(meter), Err(error)) = (self.meter, &result) {
            meter.record_error(error);
        }
        result
    }

    pub(crate) fn steps(&mut self, query: TakenQuery<DB>) -> Steps<'_, DB> {
        let instruments = self.instruments(&query);
        Steps::new(instruments, DB::fetch_many(&mut self.connection, query))
    }

    pub(crate) async fn fetch_row(
        &mut self,
        query: TakenQuery<DB>,
    ) -> Result<Option<DB::Row>, Error> {
        let Some(instruments) = self.instruments(&query) else {
            return DB::fetch_optional(&mut self.connection, query).await;
        };
        let mut execution = Execution::start(instruments);
        if execution.counts_changes() {
            return self.change(&mut execution, query).await;
        }
        let result = DB::fetch_optional(&mut self.connection, query).await;
        match &result {
            Ok(Some(_)) => execution.see_row(),
            Ok(None) => {}
            Err(error) => execution.see_error(error),
        }
        result
    }

    fn instruments(&self, query: &TakenQuery<DB>) -> Option<&'static Instruments> {
        let meter = self.meter?;
        Some(meter.instruments::<DB>(query.as_str()))
    }

    /// Runs a change to its end, since how many rows it affected comes last, and keeps the first
    /// row that it returns.
    async fn change(
        &mut self,
        execution: &mut Execution,
        query: TakenQuery<DB>,
    ) -> Result<Option<DB::Row>, Error> {
        let mut steps = DB::fetch_many(&mut self.connection, query);
        let mut first = None;
        while let Some(step) = poll_fn(|context| steps.as_mut().poll_next(context)).await {
            execution.see_step::<DB>(&step);
            if let Either::Right(row) = step? {
                first.get_or_insert(row);
            }
        }
        Ok(first)
    }
}

impl<'c, DB: MeteredDatabase> Executor<'c> for &'c mut MeteredConnection<DB> {
    type Database = DB;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Step<DB>>
    where
        'c: 'e,
        E: 'q + Execute<'q, DB>,
    {
        let query = TakenQuery::new(query);
        match self.meter {
            Some(_) => Box::pin(self.steps(query)),
            None => DB::fetch_many(&mut self.connection, query),
        }
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<DB::Row>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, DB>,
    {
        let query = TakenQuery::new(query);
        match self.meter {
            Some(_) => Box::pin(self.fetch_row(query)),
            None => DB::fetch_optional(&mut self.connection, query),
        }
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [DB::TypeInfo],
    ) -> BoxFuture<'e, Result<DB::Statement, Error>>
    where
        'c: 'e,
    {
        Box::pin(async move {
            let prepared = DB::prepare_with(&mut self.connection, sql, parameters).await;
            self.see_error(prepared)
        })
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<DB>, Error>>
    where
        'c: 'e,
    {
        Box::pin(async move {
            let described = DB::describe(&mut self.connection, sql).await;
            self.see_error(described)
        })
    }
}
