use std::{
    env,
    hint::black_box,
    time::{Duration, Instant},
};

use crate::{Row, Spread};

/// Requests in a block: long enough for two clock reads to vanish in it, short enough for a whole
/// round to see the same machine.
const BLOCK: u32 = 1_000;

/// Untimed requests at the start of a block, to bring the row back into the caches after the
/// others.
const LEAD_IN: u32 = 50;

/// Requests per row before the first round.
const WARM_UP: u32 = 20_000;

/// Returns whether `cargo bench` runs the benchmark, not `cargo test`, which only checks that it
/// works.
pub fn is_measured() -> bool {
    env::args().any(|argument| argument == "--bench")
}

/// A comparison of rows in many rounds, each of which runs one block of every row in an order of
/// its own.
///
/// Frequency, neighbours and heat change the speed of a machine by a third within a minute, so rows
/// measured one after the other cannot be compared to a few nanoseconds. Here a drift hits the rows
/// of one round alike: each difference is taken within its round, and its median over the rounds is
/// reported.
#[derive(Clone, Copy, Debug)]
pub struct Rounds {
    budget: Duration,
    block: u32,
    lead_in: u32,
    warm_up: u32,
}

impl Rounds {
    /// Rounds within `budget`, at least one; only one if nothing [is measured](is_measured).
    pub fn lasting(budget: Duration) -> Self {
        Self {
            budget: if is_measured() {
                budget
            } else {
                Duration::ZERO
            },
            block: BLOCK,
            lead_in: LEAD_IN,
            warm_up: WARM_UP,
        }
    }

    /// Does the work of a row once in a round instead of a thousand times, as it is long enough.
    #[must_use]
    pub fn of_one(self) -> Self {
        Self {
            block: 1,
            lead_in: 0,
            warm_up: 1,
            ..self
        }
    }

    /// Measures `rows`. `between` runs between the rounds, as upkeep in a real process.
    pub fn measure(self, rows: &mut [Row], mut between: impl FnMut()) -> Samples {
        for row in &mut *rows {
            row.run(self.warm_up);
            between();
        }
        // A fixed seed: two runs of one binary have the same orders.
        let mut random = fastrand::Rng::with_seed(1);
        let mut order: Vec<usize> = (0..rows.len()).collect();
        let mut samples = vec![Vec::new(); rows.len()];
        let start = Instant::now();
        loop {
            random.shuffle(&mut order);
            for &index in &order {
                samples[index].push(self.block(&mut rows[index]));
            }
            between();
            if start.elapsed() >= self.budget {
                return Samples(samples);
            }
        }
    }

    fn block(self, row: &mut Row) -> f64 {
        row.run(self.lead_in);
        nanoseconds_each(row, self.block)
    }
}

/// Nanoseconds of each of `count` operations.
pub(crate) fn nanoseconds_each(row: &mut Row, count: u32) -> f64 {
    let start = Instant::now();
    row.run(black_box(count));
    start.elapsed().as_secs_f64() * 1e9 / f64::from(count)
}

/// Nanoseconds per request of each row, by round.
#[derive(Clone, Debug)]
pub struct Samples(Vec<Vec<f64>>);

impl Samples {
    pub(crate) fn new(figures: Vec<Vec<f64>>) -> Self {
        Self(figures)
    }

    /// Number of rounds.
    pub fn rounds(&self) -> usize {
        self.0.first().map_or(0, Vec::len)
    }

    /// Time of a request of `row`.
    pub fn of(&self, row: usize) -> Spread {
        Spread::of(self.0[row].clone())
    }

    /// Difference of a request of `row` to one of `baseline` in the same round.
    pub fn added(&self, row: usize, baseline: usize) -> Spread {
        let pairs = self.0[row].iter().zip(&self.0[baseline]);
        Spread::of(pairs.map(|(row, baseline)| row - baseline).collect())
    }

    /// Ratio of an operation of `row` to one of `other`, of these samples or of others in the same
    /// rounds.
    pub fn ratio(&self, row: usize, others: &Self, other: usize) -> Spread {
        let pairs = self.0[row].iter().zip(&others.0[other]);
        Spread::of(pairs.map(|(row, other)| row / other).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, rc::Rc};

    use super::*;

    #[test]
    fn one_round_runs_every_row_once_more_than_the_warm_up() {
        let ran = Rc::new(Cell::new(0));
        let mut rows = [(); 2].map(|()| {
            let ran = Rc::clone(&ran);
            Row::new("row", move |count| ran.set(ran.get() + count))
        });
        let mut between = 0;
        let samples = Rounds::lasting(Duration::ZERO).measure(&mut rows, || between += 1);

        assert_eq!(samples.rounds(), 1);
        assert_eq!(ran.get(), 2 * (WARM_UP + LEAD_IN + BLOCK));
        assert_eq!(between, 3);
    }

    #[test]
    fn differences_are_taken_within_a_round() {
        let drifting = Samples(vec![vec![100.0, 200.0, 300.0], vec![101.0, 201.0, 301.0]]);
        let added = drifting.added(1, 0);
        assert_eq!((added.lower, added.median, added.upper), (1.0, 1.0, 1.0));
    }
}
