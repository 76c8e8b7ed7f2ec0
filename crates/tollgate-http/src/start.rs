//! The start of a request's measurement.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use http::{Method, Request, Uri};
use tollgate_families::{EndInPanic, PanicWatch};

use crate::{
    RequestHead,
    bounded_label::BoundedValues,
    endpoints::Endpoints,
    guard::{Flight, HeadGuard},
    instruments::{Endpoint, EndpointKind, Instruments, ZeroRoute},
    length::Length,
    settings::Settings,
    side::Side,
};

/// State behind a layer: its settings, and the endpoints that it has met.
pub(crate) struct Requests<K: Side> {
    pub(crate) settings: K::Pointer<Settings>,
    pub(crate) endpoints: Endpoints<K::Pointer<Endpoint<K>>>,
    /// The endpoint of all endpoints beyond the maximum.
    pub(crate) overflow: K::Pointer<Endpoint<K>>,
    /// Routes whose series begin at zero, until a service is measured.
    pub(crate) zero_routes: Mutex<Vec<ZeroRoute>>,
}

impl<K: Side> Requests<K> {
    /// Starts to measure a request that the host gives this route.
    #[inline(always)]
    pub(crate) fn start<B: http_body::Body>(
        &self,
        request: &Request<B>,
        route: Option<&str>,
    ) -> HeadGuard<K> {
        if self.settings.sees_requests {
            let received = request.body().size_hint().exact();
            let received = received.map_or(Length::UNKNOWN, Length::from);
            self.start_selected(RequestHead::new(request), route, received)
        } else {
            let values = BoundedValues::default();
            let (method, uri) = (request.method(), request.uri());
            self.start_at(route, method, uri, values, Length::UNKNOWN)
        }
    }

    /// Registers the series of routes that begin at zero, at the first call.
    pub(crate) fn begin_at_zero(&self) {
        let mut routes = self
            .zero_routes
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for zero in routes.drain(..) {
            let new = |label: &str| Endpoint::<K>::new(label, EndpointKind::Counted);
            let route = Some(zero.route.as_ref());
            let endpoint = self.endpoints.find(route, &Uri::default(), new);
            if endpoint.kind != EndpointKind::Skipped {
                endpoint.begin_at_zero(&self.settings, &zero);
            }
        }
    }

    #[cold]
    fn start_selected(
        &self,
        request: RequestHead<'_>,
        route: Option<&str>,
        received: Length,
    ) -> HeadGuard<K> {
        let mut unstarted = Unstarted {
            requests: self,
            route,
            request,
            received,
        };
        let watch = PanicWatch::new(&mut unstarted);
        let hooks = &self.settings.hooks;
        if hooks.skip_requests.iter().any(|skip| skip(request)) {
            watch.disarm();
            return HeadGuard::idle();
        }
        let name = hooks.name_endpoint.as_ref();
        let named = name.and_then(|name| name(request));
        let values = self.settings.bounded_labels.of_request(request);
        watch.disarm();
        let route = named.as_deref().or(route);
        let (method, uri) = (request.method(), request.uri());
        self.start_at(route, method, uri, values, received)
    }

    #[inline(always)]
    fn start_at(
        &self,
        route: Option<&str>,
        method: &Method,
        uri: &Uri,
        values: BoundedValues,
        received: Length,
    ) -> HeadGuard<K> {
        let new = |label: &str| Endpoint::<K>::new(label, EndpointKind::Counted);
        let endpoint = self.endpoints.find(route, uri, new);
        let known = endpoint.instruments(method);
        let Some(instruments) = known.or_else(|| self.equip(endpoint, method)) else {
            return HeadGuard::idle();
        };
        instruments.in_flight.increment(1.0);
        HeadGuard::new(Flight {
            start: self.settings.stopwatch.start(),
            instruments: instruments.clone(),
            values,
            received,
        })
    }

    /// Returns the instruments of an endpoint that is not equipped with them, if it has any.
    #[cold]
    fn equip<'a>(
        &'a self,
        endpoint: &'a Endpoint<K>,
        method: &Method,
    ) -> Option<&'a K::Pointer<Instruments<K>>> {
        let endpoint = match endpoint.kind {
            EndpointKind::Counted | EndpointKind::Unmatched => endpoint,
            EndpointKind::Overflow => {
                self.settings.overflows().increment(1);
                &self.overflow
            }
            EndpointKind::Skipped => return None,
        };
        Some(endpoint.equip(&self.settings, method))
    }
}

/// Request that hooks look at. If one of them panics, it is recorded at the endpoint that the host gives
/// it.
struct Unstarted<'a, K: Side> {
    requests: &'a Requests<K>,
    route: Option<&'a str>,
    request: RequestHead<'a>,
    received: Length,
}

impl<K: Side> EndInPanic for Unstarted<'_, K> {
    fn end_in_panic(&mut self) {
        let values = BoundedValues::default();
        let (method, uri) = (self.request.method(), self.request.uri());
        let requests = self.requests;
        let mut guard = requests.start_at(self.route, method, uri, values, self.received);
        guard.end_in_panic();
    }
}

impl<K: Side> fmt::Debug for Requests<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Requests")
    }
}
