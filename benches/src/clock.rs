//! The lower bound of anything that reads the time.

use std::hint::black_box;

use quanta::Clock;

use crate::Row;

/// The name of the row.
pub const PAIR: &str = "clock pair";

/// Two reads of the fastest clock and the nanoseconds between them: no layer that times requests
/// can cost less.
pub fn pair() -> Row {
    let clock = Clock::new();
    Row::new(PAIR, move |count| {
        for _ in 0..count {
            let start = black_box(clock.raw());
            let end = black_box(clock.raw());
            black_box(clock.delta_as_nanos(start, end));
        }
    })
}
