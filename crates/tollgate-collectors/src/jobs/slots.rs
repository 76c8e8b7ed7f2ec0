//! Bounded lists of work in progress.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Bounded list of items that come and go in any order.
#[derive(Debug)]
pub(super) struct Slots<T> {
    max: usize,
    entered: Mutex<Entered<T>>,
}

#[derive(Debug)]
struct Entered<T> {
    slots: Vec<Option<T>>,
    free: Vec<usize>,
    /// Number of items now, listed or not.
    count: usize,
    /// Number of items so far.
    total: u64,
}

/// Index of an item's slot, if the item is listed.
#[derive(Debug)]
pub(super) struct SlotIndex(Option<usize>);

impl<T> Slots<T> {
    pub(super) fn new(max: usize) -> Self {
        Self {
            max,
            entered: Mutex::new(Entered {
                slots: Vec::new(),
                free: Vec::new(),
                count: 0,
                total: 0,
            }),
        }
    }

    /// Enters one more item, which is made from its number.
    pub(super) fn enter(&self, item: impl FnOnce(u64) -> T) -> SlotIndex {
        let mut entered = self.lock();
        entered.count += 1;
        entered.total += 1;
        let index = match entered.free.pop() {
            Some(index) => index,
            None if entered.slots.len() < self.max => {
                entered.slots.push(None);
                entered.slots.len() - 1
            }
            None => return SlotIndex(None),
        };
        entered.slots[index] = Some(item(entered.total));
        SlotIndex(Some(index))
    }

    pub(super) fn leave(&self, slot: &SlotIndex) {
        let mut entered = self.lock();
        entered.count -= 1;
        let left = slot.0.and_then(|index| {
            entered.free.push(index);
            entered.slots[index].take()
        });
        // The item is freed without the lock.
        drop(entered);
        drop(left);
    }

    /// Returns the number of items, listed or not.
    pub(super) fn count(&self) -> usize {
        self.lock().count
    }

    /// Returns the items that are listed.
    pub(super) fn read<R>(&self, read: impl FnMut(&T) -> R) -> Vec<R> {
        self.lock().slots.iter().flatten().map(read).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Entered<T>> {
        self.entered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
