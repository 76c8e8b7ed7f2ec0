//! Counters that are set to totals, which may have fractions and restart.

use std::cell::{Cell, RefCell};

use metrics::{Counter, Gauge, Key};

use crate::{Target, scoped::during};

thread_local! {
    static IS_WANTED: Cell<bool> = const { Cell::new(false) };
    static ANSWER: RefCell<Option<Gauge>> = const { RefCell::new(None) };
}

/// Returns whether the counter that this thread registers right now is set to totals, to one recorder.
///
/// The facade's counters are whole numbers that never go down. A recorder that can do more
/// [answers](answer_total) with a handle that is set to each total, and returns a counter without effect.
pub fn total_is_wanted() -> bool {
    IS_WANTED.replace(false)
}

/// Answers that a counter is set through this handle.
pub fn answer_total(exact: Gauge) {
    ANSWER.set(Some(exact));
}

/// Counter that is set to totals.
#[derive(Debug)]
pub struct Total {
    exact: Option<Gauge>,
    /// Handle of recorders that cannot do better. A restart adds to it, and fractions are kept for later.
    counter: Counter,
    last: Option<f64>,
    counted: f64,
}

impl Total {
    /// Registers the counter with this key.
    pub fn register(target: &Target, key: &Key) -> Self {
        let counter = during(&IS_WANTED, true, || target.counter(key));
        Self {
            exact: ANSWER.take(),
            counter,
            last: None,
            counted: 0.0,
        }
    }

    /// Sets the total. One below the last has restarted from zero.
    pub fn set(&mut self, total: f64) {
        if let Some(exact) = &self.exact {
            exact.set(total);
        }
        let Some(last) = self.last.replace(total) else {
            self.counter.absolute(whole(total));
            self.counted = total;
            return;
        };
        let before = whole(self.counted);
        self.counted += if total < last { total } else { total - last };
        self.counter.increment(whole(self.counted) - before);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates"
)]
fn whole(total: f64) -> u64 {
    total as u64
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use metrics_util::debugging::{DebugValue, DebuggingRecorder};

    use super::*;

    #[test]
    fn recorder_of_whole_numbers_adds_fractions_up_and_counts_on_after_a_restart() {
        let recorder = DebuggingRecorder::new();
        let seen = recorder.snapshotter();
        let target = Target::given(Arc::new(recorder));
        let mut total = Total::register(&target, &Key::from_name("rows_total"));
        for (set, added) in [(2.5, 2), (3.25, 1), (4.0, 1), (1.0, 1), (13.5, 12)] {
            total.set(set);
            let [(.., value)] = &seen.snapshot().into_vec()[..] else {
                unreachable!("there is one series")
            };
            // Reading starts over.
            assert_eq!(*value, DebugValue::Counter(added), "{set}");
        }
    }
}
