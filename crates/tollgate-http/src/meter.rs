//! What all clones of a layer share, for as long as the process lives.

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, OnceLock},
};

use http::{Method, Request};
use metrics::{Counter, Gauge, Histogram, Key, Metadata, Recorder, SharedString};
use quanta::Clock;

use crate::{
    RequestHead, ResponseHead,
    endpoints::{Endpoint, Endpoints},
    extra::{ExtraLabels, ExtraValues},
    guard::{Guard, HeadGuard},
    hooks::Hooks,
    labels::{Side, StatusDetail},
    length::Length,
    names::{Label, Metric, Names},
};

static METADATA: Metadata<'static> =
    Metadata::new(module_path!(), metrics::Level::INFO, Some(module_path!()));

/// The state behind a layer. It is leaked, so that a request reaches it without touching a
/// reference count that all cores would share.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one check on a request's way"
)]
pub(crate) struct Meter {
    pub(crate) clock: Clock,
    pub(crate) endpoints: Endpoints,
    pub(crate) names: Names,
    pub(crate) side: Side,
    pub(crate) status_detail: StatusDetail,
    pub(crate) body_sizes: bool,
    pub(crate) until_head: bool,
    pub(crate) constant_labels: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    pub(crate) extra_labels: ExtraLabels,
    pub(crate) hooks: Hooks,
    /// Whether the head of every request, or response, has to be looked at: by hooks, for labels
    /// or sizes.
    pub(crate) sees_requests: bool,
    pub(crate) sees_responses: bool,
    pub(crate) recorder: Option<Arc<dyn Recorder + Send + Sync>>,
    pub(crate) overflows: OnceLock<Counter>,
}

impl Meter {
    /// Starts to measure a request that the host gives this route.
    #[inline]
    pub(crate) fn start<B: http_body::Body>(
        &'static self,
        request: &Request<B>,
        route: Option<&str>,
    ) -> HeadGuard {
        if self.sees_requests {
            let received = request.body().size_hint().exact();
            let received = received.map_or(Length::UNKNOWN, Length::from);
            self.start_selected(RequestHead::new(request), route, received)
        } else {
            let endpoint = self.endpoints.find(route);
            let extra = ExtraValues::default();
            self.start_at(endpoint, request.method(), extra, Length::UNKNOWN)
        }
    }

    #[cold]
    fn start_selected(
        &'static self,
        request: RequestHead<'_>,
        route: Option<&str>,
        received: Length,
    ) -> HeadGuard {
        let watch = HookWatch {
            meter: self,
            route,
            method: request.method(),
            received,
        };
        if self.hooks.skip_request(request) {
            watch.disarm();
            return HeadGuard::idle();
        }
        let named = self.hooks.name_endpoint(request);
        let extra = self.extra_labels.of_request(request);
        watch.disarm();
        let endpoint = self.endpoints.find(named.as_deref().or(route));
        self.start_at(endpoint, request.method(), extra, received)
    }

    #[inline]
    fn start_at(
        &'static self,
        endpoint: &'static Endpoint,
        method: &Method,
        extra: ExtraValues,
        received: Length,
    ) -> HeadGuard {
        if endpoint.is_overflow() {
            self.overflows().increment(1);
        }
        let instruments = endpoint.instruments(self, method);
        instruments.enter();
        HeadGuard::new(instruments, self.clock.raw(), extra, received)
    }

    /// Adds the extra labels that only the response gives.
    pub(crate) fn see_response(&self, response: ResponseHead<'_>, extra: &mut ExtraValues) {
        self.extra_labels.add_response(response, extra);
    }

    /// The counter of overflows. It is the first that is registered, so that it shows at zero, and
    /// with it all are described.
    #[inline]
    pub(crate) fn overflows(&self) -> &Counter {
        self.overflows.get_or_init(|| {
            self.describe();
            self.counter(Metric::EndpointOverflow, |_| SharedString::default())
        })
    }

    #[cold]
    fn describe(&self) {
        self.with_recorder(|recorder| {
            for metric in Metric::ALL {
                let name = self.names.metric(metric);
                let Some(name) = name.filter(|_| self.body_sizes || !metric.is_size()) else {
                    continue;
                };
                let unit = Some(metric.unit());
                let description = metric.description(self.side).into();
                match metric {
                    Metric::Duration | Metric::RequestSize | Metric::ResponseSize => {
                        recorder.describe_histogram(name.into(), unit, description);
                    }
                    Metric::InFlight => recorder.describe_gauge(name.into(), unit, description),
                    Metric::Total
                    | Metric::Exceptions
                    | Metric::Cancelled
                    | Metric::EndpointOverflow => {
                        recorder.describe_counter(name.into(), unit, description);
                    }
                }
            }
        });
    }

    pub(crate) fn counter(&self, metric: Metric, value: impl Fn(Label) -> SharedString) -> Counter {
        self.key(metric, value, [])
            .map_or_else(Counter::noop, |key| self.register_counter(&key))
    }

    pub(crate) fn gauge(&self, metric: Metric, value: impl Fn(Label) -> SharedString) -> Gauge {
        self.key(metric, value, []).map_or_else(Gauge::noop, |key| {
            self.with_recorder(|recorder| recorder.register_gauge(&key, &METADATA))
        })
    }

    pub(crate) fn histogram(
        &self,
        metric: Metric,
        value: impl Fn(Label) -> SharedString,
    ) -> Histogram {
        self.key(metric, value, [])
            .map_or_else(Histogram::noop, |key| self.register_histogram(&key))
    }

    /// The handles of an answered request, which have the extra labels too.
    pub(crate) fn answer(
        &self,
        value: impl Fn(Label) -> SharedString + Copy,
        extra: ExtraValues,
    ) -> (Histogram, Counter) {
        let key = |metric| self.key(metric, value, self.extra_labels.resolve(extra));
        (
            key(Metric::Duration).map_or_else(Histogram::noop, |key| self.register_histogram(&key)),
            key(Metric::Total).map_or_else(Counter::noop, |key| self.register_counter(&key)),
        )
    }

    fn register_counter(&self, key: &Key) -> Counter {
        self.with_recorder(|recorder| recorder.register_counter(key, &METADATA))
    }

    fn register_histogram(&self, key: &Key) -> Histogram {
        self.with_recorder(|recorder| recorder.register_histogram(key, &METADATA))
    }

    fn key(
        &self,
        metric: Metric,
        value: impl Fn(Label) -> SharedString,
        extra: impl IntoIterator<Item = metrics::Label>,
    ) -> Option<Key> {
        let own = self.names.labels_of(metric).iter().map(|&label| {
            metrics::Label::new(self.names.label(label).clone().into_owned(), value(label))
        });
        let constant = self.constant_labels.iter().map(|(name, value)| {
            metrics::Label::new(name.clone().into_owned(), value.clone().into_owned())
        });
        let labels: Vec<metrics::Label> = own.chain(extra).chain(constant).collect();
        Some(Key::from_parts(self.names.metric(metric)?, labels))
    }

    fn with_recorder<T>(&self, register: impl FnOnce(&dyn Recorder) -> T) -> T {
        match &self.recorder {
            Some(recorder) => register(recorder.as_ref()),
            None => metrics::with_recorder(register),
        }
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter")
            .field("names", &self.names)
            .field("endpoints", &self.endpoints)
            .finish_non_exhaustive()
    }
}

/// Records a request at the endpoint that the host gives it, as a panic, if it is dropped before
/// [`disarm`](Self::disarm): a hook has panicked before the request could be started.
struct HookWatch<'a> {
    meter: &'static Meter,
    route: Option<&'a str>,
    method: &'a Method,
    received: Length,
}

impl HookWatch<'_> {
    fn disarm(self) {
        std::mem::forget(self);
    }
}

impl Drop for HookWatch<'_> {
    fn drop(&mut self) {
        let endpoint = self.meter.endpoints.find(self.route);
        let extra = ExtraValues::default();
        let meter = self.meter;
        let mut guard = meter.start_at(endpoint, self.method, extra, self.received);
        guard.end_in_panic();
    }
}
