//! A query whose text can be read before it runs.

use sqlx::{Database, Execute, SqlStr, error::BoxDynError};

/// Query in parts. sqlx gives a query's text away only together with the query.
#[derive(Debug)]
pub(crate) struct TakenQuery<DB: Database> {
    sql: SqlStr,
    arguments: Result<Option<DB::Arguments>, BoxDynError>,
    prepared: Option<DB::Statement>,
    persistent: bool,
}

impl<DB: Database> TakenQuery<DB> {
    pub(crate) fn new<'q>(mut query: impl Execute<'q, DB>) -> Self {
        let arguments = query.take_arguments();
        let prepared = query.statement().cloned();
        let persistent = query.persistent();
        Self {
            sql: query.sql(),
            arguments,
            prepared,
            persistent,
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        self.sql.as_str()
    }
}

impl<DB: Database> Execute<'static, DB> for TakenQuery<DB> {
    fn sql(self) -> SqlStr {
        self.sql
    }

    fn statement(&self) -> Option<&DB::Statement> {
        self.prepared.as_ref()
    }

    fn take_arguments(&mut self) -> Result<Option<DB::Arguments>, BoxDynError> {
        std::mem::replace(&mut self.arguments, Ok(None))
    }

    fn persistent(&self) -> bool {
        self.persistent
    }
}
