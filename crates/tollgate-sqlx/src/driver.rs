//! Databases whose queries can be measured.

use sqlparser::dialect::Dialect;
use sqlx::{Database, Either, Error, Executor, error::DatabaseError};

/// Step of a query: the result of a statement, or a row.
pub(crate) type Step<DB> =
    Result<Either<<DB as Database>::QueryResult, <DB as Database>::Row>, Error>;

/// Database whose queries can be measured: `Sqlite` with the feature `sqlite`, `Postgres` with
/// `postgres`.
///
/// Its methods are the facts that differ between databases. A bound on the connection as an executor
/// instead of [`executor`](Self::executor) would send the compiler in circles.
pub trait MeteredDatabase: Database {
    /// Returns the dialect of its statements.
    fn dialect() -> &'static dyn Dialect;

    /// Returns how many rows a statement changed.
    fn rows_affected(result: &Self::QueryResult) -> u64;

    /// Returns whether a statement failed because its table does not exist.
    fn is_missing_table(error: &dyn DatabaseError) -> bool;

    /// Returns a connection as what runs queries.
    fn executor(connection: &mut Self::Connection) -> impl Executor<'_, Database = Self>;
}
