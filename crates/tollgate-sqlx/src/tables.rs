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
    known: Bounded<str, SharedString>,
    values: Mutex<HashMap<(SharedString, &'static str), V>>,
}

impl<V: Clone> Tables<V> {
    /// Creates room for `max` tables, besides the labels of statements without one table.
    pub(crate) fn new(max: usize) -> Self {
        let fixed = [NO_TABLE, SEVERAL_TABLES, OTHER_TABLE];
        let known = Bounded::new(max.saturating_add(fixed.len()));
        for name in fixed {
            known.get(name, label);
        }
        Self {
            known,
            values: Mutex::default(),
        }
    }

    /// Returns the value of a subject. `make` gives a new one for the label of the table.
    pub(crate) fn get(&self, subject: &Subject, make: impl FnOnce(&SharedString) -> V) -> V {
        let table = self.known.get(&subject.table, label);
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let value = values.entry((table.clone(), subject.operation));
        value.or_insert_with(|| make(&table)).clone()
    }
}

fn label(name: Option<&str>) -> SharedString {
    Arc::<str>::from(name.unwrap_or(OVERFLOW)).into()
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
