//! The handles of one method on one endpoint, each resolved once.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Mutex, OnceLock, PoisonError, RwLock},
};

use metrics::{Counter, Gauge, Histogram, SharedString};

use crate::{
    endpoints::Endpoint,
    extra::ExtraValues,
    labels::{CONNECT, HEAD, Phase, SLOT_COUNT, Status, method_label},
    meter::Meter,
    names::{Label, Metric},
};

/// How many exceptions, by name and status, one method on one endpoint can have.
const MAX_EXCEPTIONS: usize = 100;

/// The name of every exception beyond [`MAX_EXCEPTIONS`].
const OTHER_EXCEPTION: &str = "other";

/// What a request to one endpoint by one method writes to.
pub(crate) struct Instruments {
    pub(crate) meter: &'static Meter,
    endpoint: &'static Endpoint,
    method: usize,
    in_flight: Gauge,
    /// Of the common statuses, as long as no extra label tells them further apart.
    answers: [OnceLock<Box<Answer>>; SLOT_COUNT],
    /// Of rare statuses, and of all with extra labels.
    other_answers: RwLock<BTreeMap<(Status, ExtraValues), &'static Answer>>,
    exceptions: Mutex<BTreeMap<(Status, &'static str), Counter>>,
    cancelled: [OnceLock<Counter>; Phase::COUNT],
    request_size: OnceLock<Histogram>,
    response_size: OnceLock<Histogram>,
}

/// What a request that ended in one status writes to.
struct Answer {
    duration: Histogram,
    total: Counter,
}

impl Instruments {
    #[cold]
    pub(crate) fn new(meter: &'static Meter, endpoint: &'static Endpoint, method: usize) -> Self {
        meter.overflows();
        let mut instruments = Self {
            meter,
            endpoint,
            method,
            in_flight: Gauge::noop(),
            answers: [const { OnceLock::new() }; SLOT_COUNT],
            other_answers: RwLock::default(),
            exceptions: Mutex::default(),
            cancelled: [const { OnceLock::new() }; Phase::COUNT],
            request_size: OnceLock::new(),
            response_size: OnceLock::new(),
        };
        instruments.in_flight =
            meter.gauge(Metric::InFlight, |label| instruments.value(label, None, ""));
        instruments
    }

    /// Whether a response of this status has no body that anyone reads to its end, whatever its
    /// headers say (RFC 9110, 6.4.1).
    #[inline]
    pub(crate) fn is_bodiless(&self, status: Status) -> bool {
        self.method == HEAD
            || status.is_bodiless()
            || (self.method == CONNECT && status.is_success())
    }

    #[inline]
    pub(crate) fn enter(&self) {
        self.in_flight.increment(1.0);
    }

    #[inline]
    pub(crate) fn leave(&self) {
        self.in_flight.decrement(1.0);
    }

    /// Records that a request ended in this status after so many seconds.
    #[inline]
    pub(crate) fn record_answer(&self, status: Status, extra: ExtraValues, seconds: f64) {
        let status = status.folded(self.meter.status_detail);
        let answer = match status.slot() {
            Some(slot) if self.meter.extra_labels.is_empty() => {
                self.answers[slot].get_or_init(|| Box::new(self.resolve(status, extra)))
            }
            _ => self.other_answer(status, extra),
        };
        answer.duration.record(seconds);
        answer.total.increment(1);
    }

    #[cold]
    fn other_answer(&self, status: Status, extra: ExtraValues) -> &'static Answer {
        let key = (status, extra);
        let known = self
            .other_answers
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .copied();
        known.unwrap_or_else(|| {
            self.other_answers
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .entry(key)
                .or_insert_with(|| Box::leak(Box::new(self.resolve(status, extra))))
        })
    }

    #[cold]
    fn resolve(&self, status: Status, extra: ExtraValues) -> Answer {
        let (duration, total) = self
            .meter
            .answer(|label| self.value(label, Some(status), ""), extra);
        Answer { duration, total }
    }

    #[cold]
    pub(crate) fn record_exception(&self, status: Status, exception: &'static str) {
        let status = status.folded(self.meter.status_detail);
        let mut exceptions = self
            .exceptions
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let known = exceptions.contains_key(&(status, exception));
        let exception = if known || exceptions.len() < MAX_EXCEPTIONS {
            exception
        } else {
            OTHER_EXCEPTION
        };
        exceptions
            .entry((status, exception))
            .or_insert_with(|| {
                self.meter.counter(Metric::Exceptions, |label| {
                    self.value(label, Some(status), exception)
                })
            })
            .increment(1);
    }

    #[cold]
    pub(crate) fn record_cancelled(&self, phase: Phase) {
        self.cancelled[phase as usize]
            .get_or_init(|| {
                self.meter.counter(Metric::Cancelled, |label| match label {
                    Label::Phase => phase.label().into(),
                    _ => self.value(label, None, ""),
                })
            })
            .increment(1);
    }

    pub(crate) fn record_request_size(&self, bytes: u64) {
        self.record_size(&self.request_size, Metric::RequestSize, bytes);
    }

    pub(crate) fn record_response_size(&self, bytes: u64) {
        self.record_size(&self.response_size, Metric::ResponseSize, bytes);
    }

    fn record_size(&self, histogram: &OnceLock<Histogram>, metric: Metric, bytes: u64) {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 8 PiB")]
        let bytes = bytes as f64;
        histogram
            .get_or_init(|| {
                self.meter
                    .histogram(metric, |label| self.value(label, None, ""))
            })
            .record(bytes);
    }

    /// The value of a label on this endpoint and method.
    fn value(&self, label: Label, status: Option<Status>, exception: &'static str) -> SharedString {
        let names = &self.meter.names;
        match label {
            Label::Method => method_label(self.method, names.other_method).into(),
            Label::Endpoint => self.endpoint.label().to_owned().into(),
            Label::Status => status
                .map(|status| status.label(self.meter.status_detail))
                .unwrap_or_default()
                .into(),
            Label::Exception => exception.into(),
            Label::Phase => SharedString::default(),
            Label::ErrorType => match status {
                Some(Status::CANCELLED) => "cancelled".into(),
                Some(status) if status.is_server_error() => {
                    status.label(self.meter.status_detail).into()
                }
                _ => SharedString::default(),
            },
        }
    }
}

impl fmt::Debug for Instruments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instruments")
            .field("endpoint", &self.endpoint.label())
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}
