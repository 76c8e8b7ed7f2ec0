//! Panics told from other early ends.

use std::mem;

/// Guard whose measurement a panic can end.
pub trait EndInPanic {
    /// Ends the measurement because a panic goes through it.
    fn end_in_panic(&mut self);
}

/// Watch over user code that may panic.
///
/// Dropped before [`disarm`](Self::disarm), which only unwinding does, it ends the guard's measurement
/// in a panic.
#[derive(Debug)]
#[must_use = "a watch that is dropped ends the measurement in a panic"]
pub struct PanicWatch<'a, G: EndInPanic> {
    /// Guard that is watched.
    pub guard: &'a mut G,
}

impl<'a, G: EndInPanic> PanicWatch<'a, G> {
    /// Starts to watch.
    #[inline]
    pub fn new(guard: &'a mut G) -> Self {
        Self { guard }
    }

    /// Stops to watch.
    #[inline]
    pub fn disarm(self) {
        mem::forget(self);
    }
}

impl<G: EndInPanic> Drop for PanicWatch<'_, G> {
    #[inline]
    fn drop(&mut self) {
        self.guard.end_in_panic();
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[derive(Default)]
    struct Panics(u32);

    impl EndInPanic for Panics {
        fn end_in_panic(&mut self) {
            self.0 += 1;
        }
    }

    #[test]
    fn only_a_panic_ends_the_measurement() {
        let mut guard = Panics::default();
        PanicWatch::new(&mut guard).disarm();
        assert_eq!(guard.0, 0);
        let caught = catch_unwind(AssertUnwindSafe(|| {
            let watch = PanicWatch::new(&mut guard);
            assert!(watch.guard.0 == 1, "the user's code panics");
            watch.disarm();
        }));
        assert!(caught.is_err());
        assert_eq!(guard.0, 1);
    }
}
