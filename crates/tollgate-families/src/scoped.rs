//! Values that a thread has while it runs something.

use std::{cell::Cell, thread::LocalKey};

/// Runs `work` while the thread has this value.
pub(crate) fn during<V: Copy + 'static, T>(
    place: &'static LocalKey<Cell<V>>,
    value: V,
    work: impl FnOnce() -> T,
) -> T {
    struct Restore<V: Copy + 'static>(&'static LocalKey<Cell<V>>, V);

    impl<V: Copy + 'static> Drop for Restore<V> {
        fn drop(&mut self) {
            self.0.set(self.1);
        }
    }

    let _restore = Restore(place, place.replace(value));
    work()
}
