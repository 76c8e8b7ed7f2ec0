//! The series of a family: shown, hidden, and swept.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use crate::cells::Cell;

/// The series of one family, sorted by their labels.
#[derive(Debug)]
pub(crate) struct Series<C> {
    entries: RwLock<Entries<C>>,
}

#[derive(Debug)]
struct Entries<C> {
    by_labels: BTreeMap<Arc<str>, Entry<C>>,
    /// The series that counts for all beyond the maximum. It is held, so it is never swept, and it
    /// does not count towards the maximum.
    overflow: Option<Arc<C>>,
    /// Whether series were hidden since the last sweep of those without a handle.
    may_be_swept: bool,
}

/// One series: small, since there are many.
#[derive(Debug)]
struct Entry<C> {
    /// Shared with handles. Handles are given out under the lock, so a cell without another reference
    /// stays without.
    cell: Arc<C>,
    /// The time at which it began to count or started over, in milliseconds of Unix time.
    created: u64,
    /// `None` if it is shown and was written to lately.
    rest: Option<Box<Rest>>,
}

#[derive(Debug)]
enum Rest {
    /// Shown, and not written to since then.
    Idle { writes: u64, since: Instant },
    /// Not shown until it is written to again.
    Hidden { writes: u64 },
}

impl<C> Series<C> {
    pub(crate) fn new() -> Self {
        Self {
            entries: RwLock::new(Entries {
                by_labels: BTreeMap::new(),
                overflow: None,
                may_be_swept: false,
            }),
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Entries<C>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Entries<C>> {
        self.entries.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C: Cell> Series<C> {
    /// Returns the series with these labels, if it exists already or there are fewer than `cap`.
    pub(crate) fn get_or_insert(
        &self,
        labels: &str,
        cap: usize,
        make: impl FnOnce() -> C,
    ) -> Option<Arc<C>> {
        let entries = self.read();
        if let Some(cell) = entries.get(labels) {
            return Some(cell);
        }
        if entries.is_full(cap) {
            return None;
        }
        drop(entries);
        let mut entries = self.write();
        if entries.counted() >= cap && entries.may_be_swept {
            entries.may_be_swept = false;
            entries.by_labels.retain(|_, entry| entry.is_needed());
        }
        match entries.get(labels) {
            None if entries.is_full(cap) => None,
            None => Some(entries.insert(labels, make())),
            found => found,
        }
    }

    /// Returns the one series that counts for all beyond the maximum.
    pub(crate) fn overflow(
        &self,
        labels: impl FnOnce() -> String,
        make: impl FnOnce() -> C,
    ) -> Arc<C> {
        if let Some(cell) = &self.read().overflow {
            return cell.clone();
        }
        let mut entries = self.write();
        if let Some(cell) = &entries.overflow {
            return cell.clone();
        }
        let labels = labels();
        let found = entries.get(&labels);
        let cell = found.unwrap_or_else(|| entries.insert(&labels, make()));
        entries.overflow.insert(cell).clone()
    }

    /// Visits every series that is not hidden, in order.
    /// The time is in milliseconds, as it is kept.
    pub(crate) fn visit(&self, mut visit: impl FnMut(&Arc<str>, u64, &C)) {
        for (labels, entry) in &self.read().by_labels {
            if entry.is_shown() {
                visit(labels, entry.created, &entry.cell);
            }
        }
    }

    /// Returns the number of series that are not hidden.
    pub(crate) fn len(&self) -> usize {
        let mut shown = 0;
        self.visit(|_, _, _| shown += 1);
        shown
    }

    /// Hides and resets the series with these labels, and returns whether one was shown.
    pub(crate) fn remove(&self, labels: &str) -> bool {
        let mut entries = self.write();
        let Some(entry) = entries.by_labels.get_mut(labels) else {
            return false;
        };
        let was_shown = entry.is_shown();
        entry.hide();
        if entry.is_needed() {
            entries.may_be_swept = true;
        } else {
            entries.by_labels.remove(labels);
        }
        was_shown
    }

    /// Hides and resets all series.
    pub(crate) fn clear(&self) {
        self.sweep(Entry::hide);
    }

    /// Hides and resets series that were not written to for `idle`, as far as earlier calls saw.
    pub(crate) fn expire(&self, idle: Duration, now: Instant) {
        self.sweep(|entry| entry.expire(idle, now));
    }

    /// Removes the series that are not needed after `change`.
    fn sweep(&self, change: impl Fn(&mut Entry<C>)) {
        let mut entries = self.write();
        entries.may_be_swept = true;
        entries.by_labels.retain(|_, entry| {
            change(entry);
            entry.is_needed()
        });
    }
}

impl<C> Entries<C> {
    fn get(&self, labels: &str) -> Option<Arc<C>> {
        self.by_labels.get(labels).map(|entry| entry.cell.clone())
    }

    fn is_full(&self, cap: usize) -> bool {
        self.counted() >= cap && !self.may_be_swept
    }

    /// Returns the number of series that count towards the maximum.
    fn counted(&self) -> usize {
        self.by_labels.len() - usize::from(self.overflow.is_some())
    }

    fn insert(&mut self, labels: &str, cell: C) -> Arc<C> {
        let cell = Arc::new(cell);
        let entry = Entry {
            cell: cell.clone(),
            created: now(),
            rest: None,
        };
        self.by_labels.insert(labels.into(), entry);
        cell
    }
}

impl<C: Cell> Entry<C> {
    /// Returns whether a handle is held somewhere, or there is something to show.
    ///
    /// The order matters: a write may come before the drop of the last handle, and `get_mut`, which
    /// finds no other handle, also makes that write visible.
    fn is_needed(&mut self) -> bool {
        Arc::get_mut(&mut self.cell).is_none() || self.is_shown()
    }

    fn is_shown(&self) -> bool {
        match self.rest.as_deref() {
            Some(Rest::Hidden { writes }) => self.cell.writes() != *writes,
            Some(Rest::Idle { .. }) | None => true,
        }
    }

    fn hide(&mut self) {
        let writes = self.cell.reset();
        self.hidden_at(writes);
    }

    fn expire(&mut self, idle: Duration, now: Instant) {
        let written = self.cell.writes();
        match self.rest.as_deref() {
            Some(&Rest::Hidden { writes }) if writes == written => {}
            Some(&Rest::Idle { writes, since }) if writes == written => {
                if now.saturating_duration_since(since) >= idle && self.cell.expire(writes) {
                    self.hidden_at(writes);
                }
            }
            _ => {
                let (writes, since) = (written, now);
                self.rest = Some(Box::new(Rest::Idle { writes, since }));
            }
        }
    }

    fn hidden_at(&mut self, writes: u64) {
        self.rest = Some(Box::new(Rest::Hidden { writes }));
        self.created = now();
    }
}

fn now() -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
