//! The databases of the features.

use sqlparser::dialect::Dialect;
use sqlx::{Executor, error::DatabaseError};

use crate::driver::MeteredDatabase;

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
