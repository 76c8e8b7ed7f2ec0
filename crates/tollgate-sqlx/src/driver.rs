//! Databases whose queries can be measured.

use futures_core::{future::BoxFuture, stream::BoxStream};
use sqlparser::dialect::Dialect;
use sqlx::{Database, Either, Error, SqlStr, error::DatabaseError};

use crate::taken_query::TakenQuery;

/// Step of a query: the result of a statement, or a row.
pub(crate) type Step<DB> =
    Result<Either<<DB as Database>::QueryResult, <DB as Database>::Row>, Error>;

/// Database whose queries can be measured: `Sqlite` with the feature `sqlite`, `Postgres` with
/// `postgres`.
///
/// Its methods are the operations and facts that differ between databases. A bound on the connection
/// as an executor instead would send the compiler in circles.
pub trait MeteredDatabase: Database {
    /// Returns the dialect of its statements.
    fn dialect() -> &'static dyn Dialect;

    /// Returns how many rows a statement changed.
    fn rows_affected(result: &Self::QueryResult) -> u64;

    /// Returns whether a statement failed because its table does not exist.
    fn is_missing_table(error: &dyn DatabaseError) -> bool;

    #[allow(missing_docs, reason = "same as sqlx's executors")]
    fn fetch_many(
        connection: &mut Self::Connection,
        query: TakenQuery<Self>,
    ) -> BoxStream<'_, Step<Self>>;

    #[allow(missing_docs, reason = "same as sqlx's executors")]
    fn fetch_optional(
        connection: &mut Self::Connection,
        query: TakenQuery<Self>,
    ) -> BoxFuture<'_, Result<Option<Self::Row>, Error>>;

    #[allow(missing_docs, reason = "same as sqlx's executors")]
    fn prepare_with<'e>(
        connection: &'e mut Self::Connection,
        sql: SqlStr,
        parameters: &'e [Self::TypeInfo],
    ) -> BoxFuture<'e, Result<Self::Statement, Error>>;

    #[allow(missing_docs, reason = "same as sqlx's executors")]
    fn describe(
        connection: &mut Self::Connection,
        sql: SqlStr,
    ) -> BoxFuture<'_, Result<sqlx::Describe<Self>, Error>>;
}
