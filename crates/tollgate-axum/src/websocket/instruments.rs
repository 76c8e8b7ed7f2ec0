//! Handles for the series of one endpoint, and the guard of one connection.

use std::{sync::Arc, thread, time::Instant};

use metrics::{Counter, Gauge, Histogram};
use tollgate_families::Families;

use super::names::{WebSocketLabel, WebSocketMetric};

/// End of a websocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Closed,
    Lost,
    Dropped,
    Panic,
    FailedUpgrade,
}

/// Direction of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    In,
    Out,
}

/// Handles for the series of one endpoint.
#[derive(Debug)]
pub(super) struct Instruments {
    in_flight: Gauge,
    duration: Histogram,
    total: [Counter; Outcome::LABELS.len()],
    messages: [Counter; Direction::LABELS.len()],
    bytes: [Counter; Direction::LABELS.len()],
}

/// Guard of an open connection. Dropping it records the connection.
#[derive(Debug)]
pub(super) struct Connection {
    instruments: Arc<Instruments>,
    start: Instant,
    outcome: Outcome,
}

impl Outcome {
    /// Values of the label, in the order of the variants.
    const LABELS: [&str; 5] = ["closed", "lost", "dropped", "panic", "failed_upgrade"];
}

impl Direction {
    /// Values of the label, in the order of the variants.
    const LABELS: [&str; 2] = ["in", "out"];
}

impl Instruments {
    pub(super) fn register(families: &Families<WebSocketMetric>, endpoint: &str) -> Self {
        let endpoint = || endpoint.to_owned().into();
        let counter = |metric, value: &'static str| {
            families.counter(metric, |label| match label {
                WebSocketLabel::Endpoint => endpoint(),
                WebSocketLabel::Outcome | WebSocketLabel::Direction => value.into(),
            })
        };
        Self {
            in_flight: families.gauge(WebSocketMetric::InFlight, |_| endpoint()),
            duration: families.histogram(WebSocketMetric::Duration, |_| endpoint()),
            total: Outcome::LABELS.map(|value| counter(WebSocketMetric::Total, value)),
            messages: Direction::LABELS.map(|value| counter(WebSocketMetric::Messages, value)),
            bytes: Direction::LABELS.map(|value| counter(WebSocketMetric::Bytes, value)),
        }
    }

    pub(super) fn count(&self, outcome: Outcome) {
        self.total[outcome as usize].increment(1);
    }
}

impl Connection {
    /// Starts to measure a connection that was upgraded just now.
    pub(super) fn start(instruments: Arc<Instruments>) -> Self {
        instruments.in_flight.increment(1.0);
        Self {
            instruments,
            start: Instant::now(),
            outcome: Outcome::Dropped,
        }
    }

    pub(super) fn count_message(&self, direction: Direction, bytes: usize) {
        self.instruments.messages[direction as usize].increment(1);
        self.instruments.bytes[direction as usize].increment(bytes as u64);
    }

    /// Notes that either side has sent a close frame.
    pub(super) fn close(&mut self) {
        self.outcome = Outcome::Closed;
    }

    /// Notes that the connection ended or failed, unless it was closed before.
    pub(super) fn lose(&mut self) {
        if self.outcome != Outcome::Closed {
            self.outcome = Outcome::Lost;
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // The socket is part of the task's state. If unwinding drops it, no other code of the task
        // runs that could report the panic.
        let outcome = if thread::panicking() {
            Outcome::Panic
        } else {
            self.outcome
        };
        self.instruments.in_flight.decrement(1.0);
        self.instruments.duration.record(self.start.elapsed());
        self.instruments.count(outcome);
    }
}
