//! The handles of one endpoint's websockets, and the guard of one connection.

use std::{sync::Arc, thread, time::Instant};

use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder, Unit};

use super::metrics::{Names, WebSocketLabel, WebSocketMetric};

/// How a websocket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Closed,
    Lost,
    Dropped,
    Panic,
    FailedUpgrade,
}

/// Where a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    In,
    Out,
}

/// What the websockets of one endpoint write to.
#[derive(Debug)]
pub(super) struct Instruments {
    in_flight: Gauge,
    duration: Histogram,
    total: [Counter; Outcome::LABELS.len()],
    messages: [Counter; Direction::LABELS.len()],
    bytes: [Counter; Direction::LABELS.len()],
}

/// A connection in flight. Dropping it records it.
#[derive(Debug)]
pub(super) struct Connection {
    instruments: Arc<Instruments>,
    start: Instant,
    outcome: Outcome,
}

impl Outcome {
    /// In the order of the variants.
    const LABELS: [&str; 5] = ["closed", "lost", "dropped", "panic", "failed_upgrade"];
}

impl Direction {
    /// In the order of the variants.
    const LABELS: [&str; 2] = ["in", "out"];
}

impl Instruments {
    pub(super) fn register(recorder: &dyn Recorder, names: &Names, endpoint: &str) -> Self {
        describe(recorder, names);
        let metadata = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));
        let key = |metric, label: Option<(WebSocketLabel, &'static str)>| {
            let endpoint = (WebSocketLabel::Endpoint, endpoint.to_owned());
            let label = label.map(|(label, value)| (label, value.to_owned()));
            let labels = [endpoint].into_iter().chain(label);
            let labels = labels.map(|(label, value)| Label::new(names.label(label), value));
            Some(Key::from_parts(
                names.metric(metric)?,
                labels.collect::<Vec<_>>(),
            ))
        };
        let counter = |metric, label, value| {
            key(metric, Some((label, value))).map_or_else(Counter::noop, |key| {
                recorder.register_counter(&key, &metadata)
            })
        };
        let directed = |metric| {
            Direction::LABELS.map(|value| counter(metric, WebSocketLabel::Direction, value))
        };
        Self {
            in_flight: key(WebSocketMetric::InFlight, None)
                .map_or_else(Gauge::noop, |key| recorder.register_gauge(&key, &metadata)),
            duration: key(WebSocketMetric::Duration, None).map_or_else(Histogram::noop, |key| {
                recorder.register_histogram(&key, &metadata)
            }),
            total: Outcome::LABELS
                .map(|value| counter(WebSocketMetric::Total, WebSocketLabel::Outcome, value)),
            messages: directed(WebSocketMetric::Messages),
            bytes: directed(WebSocketMetric::Bytes),
        }
    }

    pub(super) fn count(&self, outcome: Outcome) {
        self.total[outcome as usize].increment(1);
    }
}

impl Connection {
    /// A connection that was upgraded just now.
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

    /// Either side has sent a close frame.
    pub(super) fn close(&mut self) {
        self.outcome = Outcome::Closed;
    }

    /// The connection ended or failed, if it was not closed before.
    pub(super) fn lose(&mut self) {
        if self.outcome != Outcome::Closed {
            self.outcome = Outcome::Lost;
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // The socket is in the task's own state, which unwinding drops: nothing else of the task
        // is left that could tell.
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

fn describe(recorder: &dyn Recorder, names: &Names) {
    if let Some(name) = names.metric(WebSocketMetric::InFlight) {
        let what = "Websockets whose connection has not ended yet.";
        recorder.describe_gauge(name.into(), Some(Unit::Count), what.into());
    }
    if let Some(name) = names.metric(WebSocketMetric::Duration) {
        let what = "Time from a websocket's upgrade to the end of its connection.";
        recorder.describe_histogram(name.into(), Some(Unit::Seconds), what.into());
    }
    for (metric, unit, what) in [
        (
            WebSocketMetric::Total,
            Unit::Count,
            "Websockets by how they ended.",
        ),
        (
            WebSocketMetric::Messages,
            Unit::Count,
            "Text and binary messages of websockets.",
        ),
        (
            WebSocketMetric::Bytes,
            Unit::Bytes,
            "Payload of the text and binary messages of websockets.",
        ),
    ] {
        if let Some(name) = names.metric(metric) {
            recorder.describe_counter(name.into(), Some(unit), what.into());
        }
    }
}
