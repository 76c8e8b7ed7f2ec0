//! All instruments of one database.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use crate::{
    driver::MeteredDatabase, pool_instruments::PoolInstruments,
    query_instruments::QueryInstruments, settings::Settings, statement::Subject,
    statements::Statements, tables::Tables,
};

/// Instruments that all pools and connections of one database share.
pub(crate) struct Instruments {
    pub(crate) settings: Settings,
    statements: Statements<Arc<QueryInstruments>>,
    tables: Tables<Arc<QueryInstruments>>,
    pool: OnceLock<PoolInstruments>,
}

impl Instruments {
    pub(crate) fn new(settings: Settings, max_tables: usize) -> Self {
        Self {
            settings,
            statements: Statements::default(),
            tables: Tables::new(max_tables),
            pool: OnceLock::new(),
        }
    }

    /// Returns the instruments of a text of SQL.
    #[inline]
    pub(crate) fn query<DB: MeteredDatabase>(&self, sql: &str) -> Arc<QueryInstruments> {
        self.statements.find(sql, || {
            // Series that are rates show at zero from the first query.
            self.pool();
            let subject = Subject::parse(DB::dialect(), sql);
            self.tables.get(&subject, |table| {
                let operation = subject.operation;
                Arc::new(QueryInstruments::new(&self.settings, operation, table))
            })
        })
    }

    /// Returns the instruments that do not depend on a statement.
    #[inline]
    pub(crate) fn pool(&self) -> &PoolInstruments {
        self.pool
            .get_or_init(|| PoolInstruments::new(&self.settings))
    }
}

impl fmt::Debug for Instruments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instruments")
            .field("db", &self.settings.db)
            .finish_non_exhaustive()
    }
}
