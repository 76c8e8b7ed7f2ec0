//! The start of a request's measurement.

use std::mem;

use http::{Method, Request};
use tollgate_families::EndInPanic;

use crate::{
    RequestHead, bounded_label::BoundedValues, endpoints::Endpoints, guard::HeadGuard,
    instruments::Endpoint, length::Length, ownership::Ownership, settings::Settings,
};

/// State behind a layer: its settings, and the endpoints that it has met.
#[derive(Debug)]
pub(crate) struct Requests<K: Ownership> {
    pub(crate) settings: K::Pointer<Settings>,
    endpoints: Endpoints<K::Pointer<Endpoint<K>>>,
}

impl<K: Ownership> Requests<K> {
    pub(crate) fn new(
        settings: Settings,
        endpoints: Endpoints<K::Pointer<Endpoint<K>>>,
    ) -> K::Pointer<Self> {
        K::share(Self {
            settings: K::share(settings),
            endpoints,
        })
    }

    /// Starts to measure a request that the host gives this route.
    #[inline]
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
            self.start_at(route, request.method(), values, Length::UNKNOWN)
        }
    }

    #[cold]
    fn start_selected(
        &self,
        request: RequestHead<'_>,
        route: Option<&str>,
        received: Length,
    ) -> HeadGuard<K> {
        let watch = HookWatch {
            requests: self,
            route,
            method: request.method(),
            received,
        };
        let hooks = &self.settings.hooks;
        if hooks.skip_request(request) {
            watch.disarm();
            return HeadGuard::idle();
        }
        let named = hooks.name_endpoint(request);
        let values = self.settings.bounded_labels.of_request(request);
        watch.disarm();
        let route = named.as_deref().or(route);
        self.start_at(route, request.method(), values, received)
    }

    #[expect(
        clippy::inline_always,
        reason = "out of line it costs the request path more"
    )]
    #[inline(always)]
    fn start_at(
        &self,
        route: Option<&str>,
        method: &Method,
        values: BoundedValues,
        received: Length,
    ) -> HeadGuard<K> {
        let new = |label: &str| Endpoint::<K>::new(label, false);
        let endpoint = self.endpoints.find(route, new);
        if endpoint.is_overflow() {
            self.settings.overflows().increment(1);
        }
        let instruments = endpoint.instruments(&self.settings, method);
        instruments.enter();
        let start = self.settings.stopwatch.start();
        HeadGuard::new(instruments.clone(), start, values, received)
    }
}

/// Records a request in a panic, at the endpoint that the host gives it, if it is dropped before
/// [`disarm`](Self::disarm): a hook panicked before the request could start.
struct HookWatch<'a, K: Ownership> {
    requests: &'a Requests<K>,
    route: Option<&'a str>,
    method: &'a Method,
    received: Length,
}

impl<K: Ownership> HookWatch<'_, K> {
    fn disarm(self) {
        mem::forget(self);
    }
}

impl<K: Ownership> Drop for HookWatch<'_, K> {
    fn drop(&mut self) {
        let values = BoundedValues::default();
        self.requests
            .start_at(self.route, self.method, values, self.received)
            .end_in_panic();
    }
}
