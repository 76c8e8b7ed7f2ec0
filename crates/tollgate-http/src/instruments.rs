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
    labels::{CONNECT, HEAD, Phase, Status, method_label},
    length::Length,
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
    /// Of the common statuses, without extra labels.
    answers: [OnceLock<Box<Answer>>; Status::COMMON.len()],
    rare: OnceLock<Box<Rare>>,
}

/// What most endpoints never need, made when one does.
#[derive(Default)]
struct Rare {
    /// Of the other statuses, without extra labels. An endpoint meets few, which are neighbours: a
    /// group of them comes with its first.
    answers: [OnceLock<Box<Group>>; Status::GROUPS],
    labelled_answers: RwLock<BTreeMap<(Status, ExtraValues), &'static Answer>>,
    exceptions: Mutex<BTreeMap<(Status, &'static str), Counter>>,
    cancelled: [OnceLock<Counter>; Phase::COUNT],
}

type Group = [OnceLock<Box<Answer>>; Status::GROUP_SIZE];

/// What a request that ended in one status writes to.
struct Answer {
    duration: Histogram,
    total: Counter,
    /// Of requests and of responses, if they are recorded.
    sizes: Option<Box<[OnceLock<Histogram>; 2]>>,
}

/// What was measured of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    pub(crate) seconds: f64,
    pub(crate) received: Length,
    pub(crate) sent: Length,
}

impl Instruments {
    pub(crate) fn new(meter: &'static Meter, endpoint: &'static Endpoint, method: usize) -> Self {
        meter.overflows();
        let mut instruments = Self {
            meter,
            endpoint,
            method,
            in_flight: Gauge::noop(),
            answers: Default::default(),
            rare: OnceLock::new(),
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

    /// Records that a request ended in this status.
    #[inline]
    pub(crate) fn record_answer(&self, status: Status, extra: ExtraValues, measured: Measured) {
        let known = match status.common() {
            Some(place) => self.answers[place].get(),
            None => self.rare.get().and_then(|rare| {
                let (group, place) = status.place();
                rare.answers[group].get()?[place].get()
            }),
        };
        let answer = match known {
            Some(answer) if extra.are_absent() => answer,
            _ => self.find_answer(status, extra),
        };
        answer.duration.record(measured.seconds);
        answer.total.increment(1);
        if let Some(sizes) = &answer.sizes {
            self.record_sizes(status, sizes, measured);
        }
    }

    #[cold]
    fn rare(&self) -> &Rare {
        self.rare.get_or_init(Box::default)
    }

    #[cold]
    fn find_answer(&self, status: Status, extra: ExtraValues) -> &Answer {
        if extra.are_absent() {
            let answer = if let Some(place) = status.common() {
                &self.answers[place]
            } else {
                let (group, place) = status.place();
                &self.rare().answers[group].get_or_init(Box::default)[place]
            };
            return answer.get_or_init(|| Box::new(self.resolve(status, extra)));
        }
        if let Some(known) = self.labelled_answer(status, extra) {
            return known;
        }
        let extra = self.meter.extra_labels.admit(extra);
        self.labelled_answer(status, extra).unwrap_or_else(|| {
            self.rare()
                .labelled_answers
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .entry((status, extra))
                .or_insert_with(|| Box::leak(Box::new(self.resolve(status, extra))))
        })
    }

    fn labelled_answer(&self, status: Status, extra: ExtraValues) -> Option<&'static Answer> {
        let answers = self
            .rare()
            .labelled_answers
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        answers.get(&(status, extra)).copied()
    }

    #[cold]
    fn resolve(&self, status: Status, extra: ExtraValues) -> Answer {
        let (duration, total) = self
            .meter
            .answer(|label| self.value(label, Some(status), ""), extra);
        Answer {
            duration,
            total,
            sizes: self.meter.body_sizes.then(Box::default),
        }
    }

    #[cold]
    fn record_sizes(&self, status: Status, sizes: &[OnceLock<Histogram>; 2], measured: Measured) {
        let [requests, responses] = sizes;
        for (histogram, metric, length) in [
            (requests, Metric::RequestSize, measured.received),
            (responses, Metric::ResponseSize, measured.sent),
        ] {
            if let Some(bytes) = length.known() {
                #[expect(clippy::cast_precision_loss, reason = "exact up to 8 PiB")]
                let bytes = bytes as f64;
                let resolve = || {
                    self.meter
                        .histogram(metric, |label| self.value(label, Some(status), ""))
                };
                histogram.get_or_init(resolve).record(bytes);
            }
        }
    }

    #[cold]
    pub(crate) fn record_exception(&self, status: Status, exception: &'static str) {
        let mut exceptions = self
            .rare()
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
        self.rare().cancelled[phase as usize]
            .get_or_init(|| {
                self.meter.counter(Metric::Cancelled, |label| match label {
                    Label::Phase => phase.label().into(),
                    _ => self.value(label, None, ""),
                })
            })
            .increment(1);
    }

    /// The value of a label on this endpoint and method.
    fn value(&self, label: Label, status: Option<Status>, exception: &'static str) -> SharedString {
        let detail = self.meter.status_detail;
        match label {
            Label::Method => method_label(self.method, self.meter.names.other_method).into(),
            Label::Endpoint => self.endpoint.label().to_owned().into(),
            Label::Status => status
                .map(|status| status.label(detail))
                .unwrap_or_default()
                .into(),
            Label::ErrorType => status
                .map(|status| status.error_type(detail))
                .unwrap_or_default()
                .into(),
            Label::Exception => exception.into(),
            Label::Phase => SharedString::default(),
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
