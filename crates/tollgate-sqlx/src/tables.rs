//! Tables that are told apart, up to a maximum.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use metrics::SharedString;
use tollgate_families::{Bounded, OVERFLOW};

use crate::statement::{NO_TABLE, OTHER_TABLE, SEVERAL_TABLES, Subject};

/// Values by table and operation. All tables beyond the maximum are one.
pub(crate) struct Tables<V> {
    known: Bounded<str, Arc<Table<V>>>,
}

/// One table with the value of each operation on it.
struct Table<V> {
    label: SharedString,
    operations: Mutex<HashMap<&'static str, V>>,
}

impl<V: Clone> Tables<V> {
    /// Creates room for `max` tables, besides the labels of statements without one table.
    pub(crate) fn new(max: usize) -> Self {
        let fixed = [NO_TABLE, SEVERAL_TABLES, OTHER_TABLE];
        let known = Bounded::new(max.saturating_add(fixed.len()));
        for label in fixed {
            known.get(label, Table::new);
        }
        Self { known }
    }

    /// Returns the value of a subject. `make` gives a new one for the label of the table.
    pub(crate) fn get(&self, subject: &Subject, make: impl FnOnce(&SharedString) -> V) -> V {
        let table = self.known.get(&subject.table, Table::new);
        let operations = table.operations.lock();
        let mut operations = operations.unwrap_or_else(PoisonError::into_inner);
        let value = operations.entry(subject.operation);
        value.or_insert_with(|| make(&table.label)).clone()
    }
}

impl<V> Table<V> {
    fn new(name: Option<&str>) -> Arc<Self> {
        Arc::new(Self {
            label: Arc::<str>::from(name.unwrap_or(OVERFLOW)).into(),
            operations: Mutex::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread, time::Duration};

    use super::*;

    /// Time for a look-up that waits for no lock.
    const DEADLINE: Duration = Duration::from_secs(10);

    fn label(tables: &Tables<SharedString>, table: &str) -> String {
        let subject = Subject {
            operation: "select",
            table: table.to_owned(),
        };
        tables.get(&subject, SharedString::clone).into_owned()
    }

    #[test]
    fn tables_beyond_the_maximum_share_one_label() {
        let tables = Tables::new(1);
        for _ in 0..2 {
            let labels = ["a", "b", "none", "c"].map(|table| label(&tables, table));
            assert_eq!(labels, ["a", "overflow", "none", "overflow"]);
        }
    }

    #[test]
    fn unknown_table_beyond_the_maximum_takes_no_write_lock() {
        let tables = Arc::new(Tables::new(1));
        label(&tables, "a");
        let (found, finds) = mpsc::channel();
        let reader = Arc::clone(&tables);
        reader.known.while_read(|| {
            thread::spawn(move || found.send(label(&tables, "b")));
            let found = finds.recv_timeout(DEADLINE);
            assert_eq!(
                found,
                Ok(OVERFLOW.to_owned()),
                "it waited for the write lock"
            );
        });
    }
}
