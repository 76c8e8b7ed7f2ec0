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

#[cfg(any(feature = "postgres", feature = "sqlite"))]
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

            fn executor(connection: &mut Self::Connection) -> impl Executor<'_, Database = Self> {
                connection
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
