//! Expected metrics of one request.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::exchange::Moment;

/// The complete record of one request: every series that it leaves.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outcome {
    method: &'static str,
    endpoint: &'static str,
    status: &'static str,
    exception: Option<&'static str>,
    phase: Option<&'static str>,
    received: Option<u64>,
    sent: Option<u64>,
    overflows: bool,
    streams: bool,
    lasts: Duration,
    scope: Scope,
}

/// Part of a request that is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    All,
    /// Only that it was in flight.
    InFlight,
    Nothing,
}

impl Outcome {
    /// Creates the record of a `GET` without a body to [`TEMPLATE`](crate::hosts::TEMPLATE).
    pub(crate) fn ended(status: &'static str) -> Self {
        Self {
            method: "GET",
            endpoint: crate::hosts::TEMPLATE,
            status,
            exception: None,
            phase: None,
            received: Some(0),
            sent: None,
            overflows: false,
            streams: false,
            lasts: Duration::ZERO,
            scope: Scope::All,
        }
    }

    /// Creates the record of a request that is skipped once its answer is known.
    pub(crate) fn skipped_late() -> Self {
        Self {
            scope: Scope::InFlight,
            ..Self::ended("")
        }
    }

    /// Creates the empty record of a request that is not measured.
    pub(crate) fn empty() -> Self {
        Self {
            scope: Scope::Nothing,
            ..Self::ended("")
        }
    }

    pub(crate) fn method(self, method: &'static str) -> Self {
        Self { method, ..self }
    }

    pub(crate) fn endpoint(self, endpoint: &'static str) -> Self {
        Self { endpoint, ..self }
    }

    /// Moves the endpoint beyond the cap.
    pub(crate) fn overflows(self) -> Self {
        Self {
            endpoint: "overflow",
            overflows: true,
            ..self
        }
    }

    pub(crate) fn exception(self, name: &'static str) -> Self {
        Self {
            exception: Some(name),
            ..self
        }
    }

    pub(crate) fn cancelled(self, phase: &'static str) -> Self {
        Self {
            phase: Some(phase),
            ..self
        }
    }

    pub(crate) fn received(self, received: Option<u64>) -> Self {
        Self { received, ..self }
    }

    pub(crate) fn sent(self, bytes: u64) -> Self {
        Self {
            sent: Some(bytes),
            ..self
        }
    }

    /// Keeps the request in flight after the head.
    pub(crate) fn streams(self) -> Self {
        Self {
            streams: true,
            ..self
        }
    }

    pub(crate) fn lasts(self, lasts: Duration) -> Self {
        Self { lasts, ..self }
    }

    /// Returns the number of requests in flight at a moment of this request.
    pub(crate) fn in_flight(&self, moment: Moment) -> f64 {
        let is = match (self.scope, moment) {
            (Scope::Nothing, _) => false,
            (_, Moment::BeforeHead) => true,
            (_, Moment::AfterHead) => self.streams,
        };
        f64::from(u8::from(is))
    }

    /// Returns the lower bound of the duration.
    pub(crate) fn duration(&self) -> Duration {
        self.lasts
    }

    /// Returns every sample after the end of the request, sorted.
    pub(crate) fn samples(&self) -> Vec<String> {
        if self.scope == Scope::Nothing {
            return Vec::new();
        }
        let request = format!(r#"method="{}",endpoint="{}""#, self.method, self.endpoint);
        let mut samples = vec![
            format!("http_endpoint_overflow_total {}", u8::from(self.overflows)),
            format!("http_requests_in_flight{{{request}}} 0"),
        ];
        if self.scope == Scope::All {
            samples.extend(self.ending(&request));
        }
        samples.sort_unstable();
        samples
    }

    fn ending(&self, request: &str) -> Vec<String> {
        let answer = format!(r#"{request},status="{}""#, self.status);
        let mut samples = vec![
            format!("http_request_duration_seconds_count{{{answer}}} 1"),
            format!("http_request_total{{{answer}}} 1"),
        ];
        samples.extend(self.exception.map(|name| {
            format!(r#"http_request_exceptions_total{{{request},exception="{name}"}} 1"#)
        }));
        samples.extend(self.phase.map(|phase| {
            format!(r#"http_request_cancelled_total{{{request},phase="{phase}"}} 1"#)
        }));
        for (metric, bytes) in [
            ("http_request_size_bytes", self.received),
            ("http_response_size_bytes", self.sent),
        ] {
            if let Some(bytes) = bytes {
                samples.push(format!("{metric}_count{{{request}}} 1"));
                samples.push(format!("{metric}_sum{{{request}}} {bytes}"));
            }
        }
        samples
    }
}

/// Returns every sample after each request has ended the given number of times, sorted.
pub(crate) fn samples(outcomes: impl IntoIterator<Item = (u64, Outcome)>) -> Vec<String> {
    let mut series = BTreeMap::<String, u64>::new();
    for (times, outcome) in outcomes {
        for sample in outcome.samples() {
            let (name, value) = sample.rsplit_once(' ').unwrap();
            *series.entry(name.to_owned()).or_default() += times * value.parse::<u64>().unwrap();
        }
    }
    let lines = series.iter().map(|(name, value)| format!("{name} {value}"));
    lines.collect()
}
