//! Handles of the series of one endpoint, each resolved once.

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, OnceLock},
};

use http::Method;
use metrics::{Counter, Gauge, Histogram, SharedString};
use tollgate_families::{Bounded, OTHER, OVERFLOW};

use crate::{
    bounded_label::BoundedValues,
    labels::{CONNECT, HEAD, METHOD_COUNT, Status, StatusDetail, method_index, method_label},
    length::Length,
    names::{Label, Metric},
    settings::Settings,
    side::Side,
};

/// Maximum number of exceptions, by name and status, of one method on one endpoint.
const MAX_EXCEPTIONS: usize = 100;

/// Number of phases in which a request can be cancelled: its head and its body.
const PHASES: usize = 2;

/// Series of a route that begin at zero.
#[derive(Debug, Clone)]
pub(crate) struct ZeroRoute {
    pub(crate) method: Method,
    pub(crate) route: Cow<'static, str>,
    pub(crate) statuses: Vec<Status>,
    pub(crate) exceptions: Vec<&'static str>,
}

/// One endpoint, with the instruments of each method that was used on it.
#[derive(Debug)]
pub(crate) struct Endpoint<K: Side> {
    label: Arc<str>,
    pub(crate) kind: EndpointKind,
    methods: [OnceLock<K::Pointer<Instruments<K>>>; METHOD_COUNT],
}

/// Kind of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EndpointKind {
    Counted,
    /// Requests that no route matched. A response may name one.
    Unmatched,
    /// All endpoints beyond the maximum. They share another one's instruments.
    Overflow,
    /// All endpoints that a pattern leaves out. They have no instruments.
    Skipped,
}

/// Handles that a request to one endpoint by one method writes to.
pub(crate) struct Instruments<K: Side> {
    pub(crate) settings: K::Pointer<Settings>,
    endpoint: Arc<str>,
    method: usize,
    pub(crate) in_flight: Gauge,
    /// By common status, without bounded labels.
    answers: [OnceLock<Box<Answer>>; Status::COMMON.len()],
    rare: OnceLock<Box<Rare>>,
    /// By the route that a response names, if no route matched.
    named: Option<Box<Bounded<str, K::Pointer<Self>>>>,
}

/// Handles that most endpoints never need, made when one does.
#[derive(Debug)]
struct Rare {
    /// By any other status, without bounded labels. An endpoint meets few, which are neighbours: a
    /// group of them comes with its first.
    answers: [OnceLock<Box<Group>>; Status::GROUPS],
    /// Bounded by the combinations that the labels admit.
    labelled_answers: Bounded<(Status, BoundedValues), Arc<Answer>>,
    /// By status and name.
    exceptions: Bounded<(Status, &'static str), Option<Counter>>,
    /// By status, under the name [`OTHER`].
    other_exceptions: Bounded<(Status, &'static str), Option<Counter>>,
    /// By phase.
    cancelled: Bounded<str, Counter>,
}

type Group = [OnceLock<Box<Answer>>; Status::GROUP_SIZE];

/// Handles that a request with one status writes to.
#[derive(Debug)]
struct Answer {
    duration: Histogram,
    total: Counter,
    /// Of requests and of responses, if sizes are on.
    sizes: Option<Box<[OnceLock<Histogram>; 2]>>,
}

/// Measurements of one request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    pub(crate) seconds: f64,
    pub(crate) received: Length,
    pub(crate) sent: Length,
}

impl<K: Side> Endpoint<K> {
    pub(crate) fn new(label: &str, kind: EndpointKind) -> K::Pointer<Self> {
        K::share(Self {
            label: label.into(),
            kind,
            methods: [const { OnceLock::new() }; METHOD_COUNT],
        })
    }

    /// Returns the instruments of a method on this endpoint, if it is [equipped](Self::equip) with them.
    #[inline]
    pub(crate) fn instruments(&self, method: &Method) -> Option<&K::Pointer<Instruments<K>>> {
        self.methods[method_index(method)].get()
    }

    /// Registers the series of a route, so that they begin at zero. Its first request finds them.
    pub(crate) fn begin_at_zero(&self, settings: &K::Pointer<Settings>, zero: &ZeroRoute) {
        let method = method_index(&zero.method);
        let instruments = Instruments::<K>::new(settings.clone(), self.label.clone(), method);
        for status in &zero.statuses {
            instruments.answer(*status);
        }
        for exception in &zero.exceptions {
            instruments.exception(Status::FAILED, exception);
        }
    }

    /// Returns the instruments of a method, made at its first use.
    pub(crate) fn equip(
        &self,
        settings: &K::Pointer<Settings>,
        method: &Method,
    ) -> &K::Pointer<Instruments<K>> {
        let method = method_index(method);
        self.methods[method].get_or_init(|| {
            let mut instruments =
                Instruments::announced(settings.clone(), self.label.clone(), method);
            instruments.named = (self.kind == EndpointKind::Unmatched)
                .then(|| Bounded::new(settings.max_endpoints).into());
            K::share(instruments)
        })
    }
}

impl<K: Side> Instruments<K> {
    /// Returns instruments for requests, of which a hook is told.
    fn announced(settings: K::Pointer<Settings>, endpoint: Arc<str>, method: usize) -> Self {
        if let Some(hook) = &settings.hooks.new_series {
            hook();
        }
        Self::new(settings, endpoint, method)
    }

    fn new(settings: K::Pointer<Settings>, endpoint: Arc<str>, method: usize) -> Self {
        settings.overflows();
        let mut instruments = Self {
            settings,
            endpoint,
            method,
            in_flight: Gauge::noop(),
            answers: Default::default(),
            rare: OnceLock::new(),
            named: None,
        };
        instruments.in_flight = instruments
            .settings
            .families
            .gauge(Metric::InFlight, |label| instruments.value(label, None, ""));
        instruments
    }

    /// Returns whether nobody reads the body of a response of this status to its end, whatever its
    /// headers say (RFC 9110, 6.4.1).
    #[inline]
    pub(crate) fn is_bodiless(&self, status: Status) -> bool {
        self.method == HEAD
            || status.is_bodiless()
            || (self.method == CONNECT && status.is_success())
    }

    /// Returns the instruments of the route that a response names, if no route matched the request.
    #[cold]
    pub(crate) fn named(&self, route: &str) -> Option<K::Pointer<Self>> {
        let named = self.named.as_ref()?.get(route, |route| {
            let route = route.unwrap_or(OVERFLOW).into();
            K::share(Self::announced(self.settings.clone(), route, self.method))
        });
        if *named.endpoint == *OVERFLOW {
            self.settings.overflows().increment(1);
        }
        Some(named)
    }

    #[inline]
    pub(crate) fn leave(&self) {
        self.in_flight.decrement(1.0);
    }

    /// Records a request that ended in this status.
    #[inline(always)]
    pub(crate) fn record_answer(&self, status: Status, values: BoundedValues, measured: Measured) {
        let known = match status.common() {
            Some(place) => self.answers[place].get(),
            None => self.rare.get().and_then(|rare| {
                let (group, place) = status.place();
                rare.answers[group].get()?[place].get()
            }),
        };
        match known {
            Some(answer) if values.are_absent() => self.record(answer, status, measured),
            _ => self.record_first(status, values, measured),
        }
    }

    #[inline(always)]
    fn record(&self, answer: &Answer, status: Status, measured: Measured) {
        answer.duration.record(measured.seconds);
        answer.total.increment(1);
        if let Some(sizes) = &answer.sizes {
            self.record_sizes(status, sizes, measured);
        }
    }

    /// Records an answer that has bounded labels, or is the first of its status.
    #[cold]
    fn record_first(&self, status: Status, values: BoundedValues, measured: Measured) {
        if values.are_absent() {
            return self.record(self.answer(status), status, measured);
        }
        let answers = &self.rare().labelled_answers;
        let answer = answers.find(&(status, values)).unwrap_or_else(|| {
            let values = self.settings.bounded_labels.admit(values);
            let resolve = |_: Option<&_>| Arc::new(self.resolve(status, values));
            answers.get(&(status, values), resolve)
        });
        self.record(&answer, status, measured);
    }

    /// Returns the answer of a status without bounded labels.
    #[cold]
    fn answer(&self, status: Status) -> &Answer {
        let answer = if let Some(place) = status.common() {
            &self.answers[place]
        } else {
            let (group, place) = status.place();
            &self.rare().answers[group].get_or_init(Box::default)[place]
        };
        answer.get_or_init(|| Box::new(self.resolve(status, BoundedValues::default())))
    }

    #[cold]
    fn rare(&self) -> &Rare {
        self.rare.get_or_init(Box::default)
    }

    #[cold]
    fn resolve(&self, status: Status, values: BoundedValues) -> Answer {
        let families = &self.settings.families;
        let value = |label| self.value(label, Some(status), "");
        let bounded = || self.settings.bounded_labels.resolve(values);
        Answer {
            duration: families.histogram_with(Metric::Duration, value, bounded()),
            total: families.counter_with(Metric::Total, value, bounded()),
            sizes: self.settings.body_sizes.then(Box::default),
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
                let value = |label| self.value(label, Some(status), "");
                let resolve = || self.settings.families.histogram(metric, value);
                histogram.get_or_init(resolve).record(bytes);
            }
        }
    }

    #[cold]
    pub(crate) fn record_exception(&self, status: Status, exception: &'static str) {
        if let Some(counter) = self.exception(status, exception) {
            counter.increment(1);
        }
    }

    fn exception(&self, status: Status, exception: &'static str) -> Option<Counter> {
        let counter = |raised: Option<&_>| {
            let &(status, exception) = raised?;
            let value = |label| self.value(label, Some(status), exception);
            Some(self.settings.families.counter(Metric::Exceptions, value))
        };
        let rare = self.rare();
        let named = rare.exceptions.get(&(status, exception), counter);
        named.or_else(|| rare.other_exceptions.get(&(status, OTHER), counter))
    }

    #[cold]
    pub(crate) fn record_cancelled(&self, phase: &'static str) {
        let value = |label| self.value(label, None, phase);
        let counter = |_: Option<&_>| self.settings.families.counter(Metric::Cancelled, value);
        self.rare().cancelled.get(phase, counter).increment(1);
    }

    /// Returns the value of a label on this endpoint and method. `word` is the exception or the phase.
    fn value(&self, label: Label, status: Option<Status>, word: &'static str) -> SharedString {
        let of_status = |label: fn(Status, StatusDetail) -> Cow<'static, str>| {
            let label = status.map(|status| label(status, self.settings.status_detail));
            label.unwrap_or_default().into()
        };
        match label {
            Label::Method => method_label(self.method, self.settings.other_method).into(),
            Label::Endpoint => self.endpoint.clone().into(),
            Label::Status => of_status(Status::label),
            Label::ErrorType => of_status(Status::error_type),
            Label::Exception | Label::Phase | Label::Client => word.into(),
        }
    }
}

impl<K: Side> fmt::Debug for Instruments<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Instruments").field(&self.endpoint).finish()
    }
}

impl Default for Rare {
    fn default() -> Self {
        Self {
            answers: Default::default(),
            labelled_answers: Bounded::new(usize::MAX),
            exceptions: Bounded::new(MAX_EXCEPTIONS),
            other_exceptions: Bounded::new(Status::COUNT),
            cancelled: Bounded::new(PHASES),
        }
    }
}
