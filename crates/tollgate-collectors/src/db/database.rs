//! The databases whose queries can be measured.

use futures_core::{future::BoxFuture, stream::BoxStream};
use sqlparser::dialect::Dialect;
use sqlx::{Database, Either, Error, Executor, SqlStr, error::DatabaseError};

use crate::db::query::TakenQuery;

/// A database whose queries can be measured: that of the feature `sqlite`, or of `postgres`.
///
/// This trait is sealed.
pub trait MeteredDatabase: Driver {}

/// A step of a query: what a statement did, or a row.
pub(crate) type Step<DB> =
    Result<Either<<DB as Database>::QueryResult, <DB as Database>::Row>, Error>;

/// What the rest needs to know of a database. A bound on the executor that a connection is instead
/// would send the compiler in circles.
pub trait Driver: Database {
    /// The dialect that its statements are in.
    fn dialect() -> &'static dyn Dialect;

    /// How many rows a statement changed.
    fn rows_affected(result: &Self::QueryResult) -> u64;

    /// Whether a statement failed since its table does not exist.
    fn is_missing_table(error: &dyn DatabaseError) -> bool;

    #[allow(missing_docs, reason = "as sqlx's executors have it")]
    fn fetch_many(
        connection: &mut Self::Connection,
        query: TakenQuery<Self>,
    ) -> BoxStream<'_, Step<Self>>;

    #[allow(missing_docs, reason = "as sqlx's executors have it")]
    fn fetch_optional(
        connection: &mut Self::Connection,
        query: TakenQuery<Self>,
    ) -> BoxFuture<'_, Result<Option<Self::Row>, Error>>;

    #[allow(missing_docs, reason = "as sqlx's executors have it")]
    fn prepare_with<'e>(
        connection: &'e mut Self::Connection,
        sql: SqlStr,
        parameters: &'e [Self::TypeInfo],
    ) -> BoxFuture<'e, Result<Self::Statement, Error>>;

    #[allow(missing_docs, reason = "as sqlx's executors have it")]
    fn describe(
        connection: &mut Self::Connection,
        sql: SqlStr,
    ) -> BoxFuture<'_, Result<sqlx::Describe<Self>, Error>>;
}

macro_rules! driver {
    ($database:ty, $dialect:expr, $is_missing_table:expr) => {
        impl MeteredDatabase for $database {}

        impl Driver for $database {
            fn dialect() -> &'static dyn Dialect {
                &$dialect
            }

            fn rows_affected(result: &Self::QueryResult) -> u64 {
                result.rows_affected()
            }

            fn is_missing_table(error: &dyn DatabaseError) -> bool {
                $is_missing_table(error)
            }

            fn fetch_many(
                connection: &mut Self::Connection,
                query: TakenQuery<Self>,
            ) -> BoxStream<'_, Step<Self>> {
                connection.fetch_many(query)
            }

            fn fetch_optional(
                connection: &mut Self::Connection,
                query: TakenQuery<Self>,
            ) -> BoxFuture<'_, Result<Option<Self::Row>, Error>> {
                connection.fetch_optional(query)
            }

            fn prepare_with<'e>(
                connection: &'e mut Self::Connection,
                sql: SqlStr,
                parameters: &'e [Self::TypeInfo],
            ) -> BoxFuture<'e, Result<Self::Statement, Error>> {
                connection.prepare_with(sql, parameters)
            }

            fn describe(
                connection: &mut Self::Connection,
                sql: SqlStr,
            ) -> BoxFuture<'_, Result<sqlx::Describe<Self>, Error>> {
                connection.describe(sql)
            }
        }
    };
}

#[cfg(feature = "sqlite")]
driver!(
    sqlx::Sqlite,
    sqlparser::dialect::SQLiteDialect {},
    |error: &dyn DatabaseError| error.message().starts_with("no such table")
);

#[cfg(feature = "postgres")]
driver!(
    sqlx::Postgres,
    sqlparser::dialect::PostgreSqlDialect {},
    |error: &dyn DatabaseError| error.code().as_deref() == Some("42P01")
);
