//! One clock, and one way from its ticks to seconds.

use std::time::Duration;

use quanta::Clock;

/// Clock that measures how long something takes, for the price of reading a register twice.
#[derive(Debug, Clone)]
pub struct Stopwatch {
    clock: Clock,
}

/// Moment at which a measurement started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Start(u64);

impl Stopwatch {
    /// Returns a stopwatch on the given clock, such as a mocked one.
    pub fn with_clock(clock: Clock) -> Self {
        Self { clock }
    }

    /// Starts a measurement.
    #[inline]
    pub fn start(&self) -> Start {
        Start(self.clock.raw())
    }

    /// Returns the time since `start`.
    #[inline]
    pub fn elapsed(&self, start: Start) -> Duration {
        self.between(start, self.start())
    }

    /// Returns the time from `start` to the start of a later measurement.
    #[inline]
    pub fn between(&self, start: Start, end: Start) -> Duration {
        Duration::from_nanos(self.clock.delta_as_nanos(start.0, end.0))
    }

    /// Returns the time since `start` in seconds.
    #[inline]
    pub fn seconds(&self, start: Start) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 104 days")]
        let nanoseconds = self.clock.delta_as_nanos(start.0, self.clock.raw()) as f64;
        nanoseconds / 1e9
    }
}

impl Default for Stopwatch {
    fn default() -> Self {
        Self::with_clock(Clock::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_those_of_the_duration() {
        let (clock, mock) = Clock::mock();
        let stopwatch = Stopwatch::with_clock(clock);
        for nanoseconds in [1, 3, 250_000_000, 999_999_999, 86_400_000_000_123] {
            let start = stopwatch.start();
            mock.increment(nanoseconds);
            let elapsed = stopwatch.elapsed(start);
            assert_eq!(elapsed, Duration::from_nanos(nanoseconds));
            assert_eq!(stopwatch.between(start, stopwatch.start()), elapsed);
            let error = (stopwatch.seconds(start) - elapsed.as_secs_f64()).abs();
            assert!(
                error <= f64::EPSILON * elapsed.as_secs_f64(),
                "{nanoseconds}"
            );
        }
    }
}
