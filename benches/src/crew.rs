use std::{
    hint,
    sync::{
        Barrier,
        atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{
    Row, Samples, Spread,
    measure::{is_measured, nanoseconds_each},
};

/// Work of each thread before the first round, which creates the shared things.
const WARM_UP: u32 = 20_000;

/// Operations beside the timed block.
const STEP: u32 = 50;

/// Length of a block for a thread alone: long enough that two threads that start together also run
/// together nearly all of the time.
const BLOCK: Duration = Duration::from_micros(200);

/// Two threads that do the same work on shared things, in turns with one thread alone.
///
/// As for [`Rounds`](crate::Rounds), every round runs a block of each row in an order of its own,
/// so a drift of the machine hits both turns alike. An idle thread sleeps: nothing else of this
/// process needs a core.
#[derive(Clone, Copy, Debug)]
pub struct Crew {
    budget: Duration,
}

/// Times of a row in a thread alone, and in each of two threads together.
#[derive(Clone, Debug)]
pub struct Turns {
    alone: Samples,
    together: Samples,
}

impl Crew {
    /// Rounds within `budget`, at least one; only one if nothing [is measured](is_measured).
    pub fn lasting(budget: Duration) -> Self {
        Self {
            budget: if is_measured() {
                budget
            } else {
                Duration::ZERO
            },
        }
    }

    /// Measures rows, which `make` makes for each thread from the shared things. `between` runs
    /// between the rounds, as upkeep in a real process.
    ///
    /// # Panics
    ///
    /// If a row panics in the second thread.
    pub fn measure(self, make: impl Fn() -> Vec<Row> + Sync, mut between: impl FnMut()) -> Turns {
        let mut rows = make();
        let plan = Plan::new(rows.len());
        let second = || plan.work(1, &mut make(), |_| false);
        let (first, second) = thread::scope(|scope| {
            let second = scope.spawn(second);
            let start = Instant::now();
            let first = plan.work(0, &mut rows, |rounds| {
                between();
                rounds > 0 && start.elapsed() >= self.budget
            });
            (first, second.join().expect("the second thread worked"))
        });
        let mean = |a: Vec<f64>, b: Vec<f64>| {
            a.into_iter()
                .zip(b)
                .map(|(a, b)| f64::midpoint(a, b))
                .collect()
        };
        let together = first.together.into_iter().zip(second.together);
        Turns {
            alone: Samples::new(first.alone),
            together: Samples::new(together.map(|(a, b)| mean(a, b)).collect()),
        }
    }
}

impl Turns {
    /// Number of rounds.
    pub fn rounds(&self) -> usize {
        self.alone.rounds()
    }

    /// Time in a thread alone.
    pub fn alone(&self, row: usize) -> Spread {
        self.alone.of(row)
    }

    /// Time in each of two threads.
    pub fn together(&self, row: usize) -> Spread {
        self.together.of(row)
    }

    /// Ratio of two threads to one in the same round.
    pub fn ratio(&self, row: usize) -> Spread {
        self.together.ratio(row, &self.alone, row)
    }
}

/// State of both threads.
struct Plan {
    rows: usize,
    /// Operations of each row in a block.
    blocks: Vec<AtomicU32>,
    barrier: Barrier,
    is_over: AtomicBool,
    started: AtomicUsize,
    finished: AtomicUsize,
}

/// Nanoseconds of each row, by round.
struct Figures {
    alone: Vec<Vec<f64>>,
    together: Vec<Vec<f64>>,
}

impl Plan {
    fn new(rows: usize) -> Self {
        Self {
            rows,
            blocks: (0..rows).map(|_| AtomicU32::new(0)).collect(),
            barrier: Barrier::new(2),
            is_over: AtomicBool::new(false),
            started: AtomicUsize::new(0),
            finished: AtomicUsize::new(0),
        }
    }

    /// Works as the thread with this number until `is_over` returns true in the first thread.
    fn work(
        &self,
        thread: usize,
        rows: &mut [Row],
        mut is_over: impl FnMut(usize) -> bool,
    ) -> Figures {
        let empty = || vec![Vec::new(); self.rows];
        let mut figures = Figures {
            alone: empty(),
            together: empty(),
        };
        for (row, block) in rows.iter_mut().zip(&self.blocks) {
            row.run(WARM_UP);
            if thread == 0 {
                let each = nanoseconds_each(row, WARM_UP);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "some thousand"
                )]
                block.store(
                    (BLOCK.as_secs_f64() * 1e9 / each) as u32 + 1,
                    Ordering::Relaxed,
                );
            }
        }
        // The same seed for both, so that they take the same turns.
        let mut random = fastrand::Rng::with_seed(1);
        let turns = (0..self.rows).flat_map(|row| [(row, false), (row, true)]);
        let mut turns: Vec<(usize, bool)> = turns.collect();
        for round in 0.. {
            if is_over(round) {
                self.is_over.store(true, Ordering::Relaxed);
            }
            self.barrier.wait();
            if self.is_over.load(Ordering::Relaxed) {
                break;
            }
            random.shuffle(&mut turns);
            for &(row, is_shared) in &turns {
                self.barrier.wait();
                if is_shared {
                    let meeting = 2 * (figures.together.iter().map(Vec::len).sum::<usize>() + 1);
                    let figure = self.block_together(&mut rows[row], row, meeting);
                    figures.together[row].push(figure);
                } else if thread == 0 {
                    rows[row].run(STEP);
                    figures.alone[row].push(self.block(&mut rows[row], row));
                }
            }
        }
        figures
    }

    fn block(&self, row: &mut Row, index: usize) -> f64 {
        nanoseconds_each(row, self.blocks[index].load(Ordering::Relaxed))
    }

    /// Times a whole block while the other thread works too.
    fn block_together(&self, row: &mut Row, index: usize, meeting: usize) -> f64 {
        row.run(STEP);
        self.started.fetch_add(1, Ordering::AcqRel);
        while self.started.load(Ordering::Acquire) < meeting {
            hint::spin_loop();
        }
        let figure = self.block(row, index);
        self.finished.fetch_add(1, Ordering::AcqRel);
        while self.finished.load(Ordering::Acquire) < meeting {
            row.run(STEP);
        }
        figure
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;

    #[test]
    fn one_round_has_a_turn_alone_and_one_together() {
        let shared = AtomicU64::new(0);
        let shared: &'static AtomicU64 = Box::leak(Box::new(shared));
        let mut between = 0;
        let turns = Crew::lasting(Duration::ZERO).measure(
            || {
                vec![Row::new("row", |count| {
                    shared.fetch_add(count.into(), Ordering::Relaxed);
                })]
            },
            || between += 1,
        );
        assert_eq!(turns.rounds(), 1);
        assert_eq!(between, 2);
        let warm_ups = 3 * WARM_UP;
        assert!(shared.load(Ordering::Relaxed) > u64::from(warm_ups + 3 * STEP));
        assert!(turns.ratio(0).median > 0.0);
    }
}
