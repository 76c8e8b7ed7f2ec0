//! What is under way, as far as there is room to list it.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A bounded list of things that come and go in any order.
#[derive(Debug)]
pub(super) struct Slots<T> {
    limit: usize,
    inner: Mutex<Inner<T>>,
}

#[derive(Debug)]
struct Inner<T> {
    slots: Vec<Option<T>>,
    free: Vec<usize>,
    /// How many there are, listed or not.
    count: usize,
    /// How many there have been.
    entered: u64,
}

/// Where a thing is listed, if it is.
#[derive(Debug)]
pub(super) struct Place(Option<usize>);

impl<T> Slots<T> {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            inner: Mutex::new(Inner {
                slots: Vec::new(),
                free: Vec::new(),
                count: 0,
                entered: 0,
            }),
        }
    }

    /// Lists one thing more, which is given its number.
    pub(super) fn enter(&self, thing: impl FnOnce(u64) -> T) -> Place {
        let mut inner = self.lock();
        inner.count += 1;
        inner.entered += 1;
        let index = match inner.free.pop() {
            Some(index) => index,
            None if inner.slots.len() < self.limit => {
                inner.slots.push(None);
                inner.slots.len() - 1
            }
            None => return Place(None),
        };
        inner.slots[index] = Some(thing(inner.entered));
        Place(Some(index))
    }

    pub(super) fn leave(&self, place: &Place) {
        let mut inner = self.lock();
        inner.count -= 1;
        let left = place.0.and_then(|index| {
            inner.free.push(index);
            inner.slots[index].take()
        });
        // What it holds is freed without the lock.
        drop(inner);
        drop(left);
    }

    pub(super) fn update(&self, place: &Place, change: impl FnOnce(&mut T)) {
        if let Some(index) = place.0 {
            self.lock().slots[index].as_mut().map(change);
        }
    }

    /// How many there are, and those that are listed.
    pub(super) fn read<R>(&self, read: impl FnMut(&T) -> R) -> (usize, Vec<R>) {
        let inner = self.lock();
        (
            inner.count,
            inner.slots.iter().flatten().map(read).collect(),
        )
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
