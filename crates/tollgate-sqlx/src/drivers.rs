//! The databases of the features.

use futures_core::{future::BoxFuture, stream::BoxStream};
use sqlparser::dialect::Dialect;
use sqlx::{Error, Executor, SqlStr, error::DatabaseError};

use crate::{
    driver::{MeteredDatabase, Step},
    taken_query::TakenQuery,
};

macro_rules! driver {
    ($database:ty, $dialect:expr, $is_missing_table:expr) => {
        impl MeteredDatabase for $database {
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
