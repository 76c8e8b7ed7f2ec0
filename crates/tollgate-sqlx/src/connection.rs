//! A connection whose queries are measured.

use std::{future::poll_fn, pin::Pin, sync::Arc};

use futures_core::{Stream, future::BoxFuture, stream::BoxStream};
use sqlx::{Describe, Either, Error, Execute, Executor, SqlStr, pool::PoolConnection};

use crate::{
    driver::{MeteredDatabase, Step},
    execution::{Execution, Steps},
    instruments::Instruments,
    taken_query::TakenQuery,
};

/// Connection of a [`MeteredPool`](crate::MeteredPool), whose queries are measured.
///
/// `&mut connection` is an executor, and so is `&mut *transaction` of a
/// [`MeteredTransaction`](crate::MeteredTransaction).
///
/// # Examples
///
/// ```
/// use sqlx::Sqlite;
/// use tollgate_sqlx::MeteredConnection;
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
    pub(crate) connection: PoolConnection<DB>,
    pub(crate) instruments: Option<Arc<Instruments>>,
}

impl<DB: MeteredDatabase> MeteredConnection<DB> {
    /// Returns the connection itself, whose queries are not measured.
    pub fn inner_mut(&mut self) -> &mut DB::Connection {
        &mut self.connection
    }

    /// Stops measuring, and returns the connection itself.
    pub fn into_inner(self) -> PoolConnection<DB> {
        self.connection
    }

    /// Counts an error outside of queries.
    pub(crate) fn see_error<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        if let (Some(instruments), Err(error)) = (&self.instruments, &result) {
            instruments.pool().record_error(error);
        }
        result
    }

    pub(crate) fn steps(&mut self, query: TakenQuery<DB>) -> Steps<'_, DB> {
        let instruments = self.instruments.as_deref();
        Steps {
            execution: instruments.map(|instruments| Execution::new(instruments, &query)),
            steps: DB::executor(&mut self.connection).fetch_many(query),
        }
    }

    pub(crate) async fn fetch_row(
        &mut self,
        query: TakenQuery<DB>,
    ) -> Result<Option<DB::Row>, Error> {
        let Some(instruments) = self.instruments.as_deref() else {
            return DB::executor(&mut self.connection)
                .fetch_optional(query)
                .await;
        };
        let mut execution = Execution::new(instruments, &query);
        if execution.query.changes.is_some() {
            // A change runs to its end, because the number of affected rows comes last.
            let mut steps: Steps<'_, DB> = Steps {
                steps: DB::executor(&mut self.connection).fetch_many(query),
                execution: Some(execution),
            };
            let mut first = None;
            while let Some(step) = poll_fn(|context| Pin::new(&mut steps).poll_next(context)).await
            {
                if let Either::Right(row) = step? {
                    first.get_or_insert(row);
                }
            }
            return Ok(first);
        }
        execution.start();
        let result = DB::executor(&mut self.connection)
            .fetch_optional(query)
            .await;
        match &result {
            Ok(Some(_)) => execution.rows = 1,
            Ok(None) => {}
            Err(error) => execution.see_error(error),
        }
        result
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
        match self.instruments {
            Some(_) => Box::pin(self.steps(query)),
            None => DB::executor(&mut self.connection).fetch_many(query),
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
        match self.instruments {
            Some(_) => Box::pin(self.fetch_row(query)),
            None => DB::executor(&mut self.connection).fetch_optional(query),
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
            let prepared = DB::executor(&mut self.connection)
                .prepare_with(sql, parameters)
                .await;
            self.see_error(prepared)
        })
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<DB>, Error>>
    where
        'c: 'e,
    {
        Box::pin(async move {
            let described = DB::executor(&mut self.connection).describe(sql).await;
            self.see_error(described)
        })
    }
}
