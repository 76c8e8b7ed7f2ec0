//! The handles of one operation on one table, and the bounded table of tables.

use std::{
    collections::HashMap,
    fmt,
    sync::{OnceLock, PoisonError, RwLock},
};

use metrics::{Counter, Histogram};

use crate::db::{
    meter::Meter,
    names::DatabaseMetric,
    operation::Operation,
    statement::{NO_TABLE, OTHER_TABLE, SEVERAL_TABLES, Subject},
};

/// The table of every statement beyond the cap.
const OVERFLOW: &str = "overflow";

/// What a query by one operation on one table writes to.
pub(crate) struct Instruments {
    pub(crate) meter: &'static Meter,
    duration: Histogram,
    executions: Counter,
    rows: Counter,
    /// Of operations that change rows.
    changes: Option<Counter>,
}

/// Every table that was met, up to a cap; whatever comes later is the one overflow.
pub(crate) struct Tables {
    cap: usize,
    by_name: RwLock<HashMap<Box<str>, &'static Table>>,
    overflow: &'static Table,
}

/// One table, with the instruments of each operation on it.
struct Table {
    label: Box<str>,
    operations: [OnceLock<Box<Instruments>>; Operation::COUNT],
}

impl Instruments {
    fn new(meter: &'static Meter, operation: Operation, table: &'static Table) -> Self {
        let labels = [
            ("operation", operation.label()),
            ("table", table.label.as_ref()),
        ];
        Self {
            meter,
            duration: meter.histogram(DatabaseMetric::QueryDuration, &labels),
            executions: meter.counter(DatabaseMetric::Executions, &labels),
            rows: meter.counter(DatabaseMetric::Rows, &labels),
            changes: operation
                .changes_rows()
                .then(|| meter.counter(DatabaseMetric::ModelChanges, &labels)),
        }
    }

    /// Whether the rows that a query affects are counted.
    pub(crate) fn counts_changes(&self) -> bool {
        self.changes.is_some()
    }

    #[inline]
    pub(crate) fn record(&self, seconds: f64, rows: u64, affected: u64) {
        self.duration.record(seconds);
        self.executions.increment(1);
        if rows > 0 {
            self.rows.increment(rows);
        }
        if let Some(changes) = self.changes.as_ref().filter(|_| affected > 0) {
            changes.increment(affected);
        }
    }
}

impl fmt::Debug for Instruments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instruments").finish_non_exhaustive()
    }
}

impl Tables {
    /// Makes a table of at most `cap` tables, those that are none not counted.
    pub(crate) fn new(cap: usize) -> Self {
        let fixed = [NO_TABLE, SEVERAL_TABLES, OTHER_TABLE];
        Self {
            cap: cap.saturating_add(fixed.len()),
            by_name: RwLock::new(fixed.map(|label| (label.into(), Table::leak(label))).into()),
            overflow: Table::leak(OVERFLOW),
        }
    }

    /// The instruments of what a statement does.
    pub(crate) fn instruments(
        &self,
        meter: &'static Meter,
        subject: &Subject,
    ) -> &'static Instruments {
        let table = self.find(&subject.table);
        let operation = subject.operation;
        table.operations[operation as usize]
            .get_or_init(|| Box::new(Instruments::new(meter, operation, table)))
    }

    fn find(&self, name: &str) -> &'static Table {
        let tables = self.by_name.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(table) = tables.get(name) {
            return table;
        }
        drop(tables);
        let mut tables = self.by_name.write().unwrap_or_else(PoisonError::into_inner);
        if tables.len() >= self.cap {
            return tables.get(name).copied().unwrap_or(self.overflow);
        }
        tables
            .entry(name.into())
            .or_insert_with(|| Table::leak(name))
    }
}

impl fmt::Debug for Tables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tables")
            .field("cap", &self.cap)
            .finish_non_exhaustive()
    }
}

impl Table {
    fn leak(label: &str) -> &'static Self {
        Box::leak(Box::new(Self {
            label: label.into(),
            operations: [const { OnceLock::new() }; Operation::COUNT],
        }))
    }
}
