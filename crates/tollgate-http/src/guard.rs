//! Owners of a request: one until the head of its response, one until the end of its body.

use std::{any::Any, mem};

use bytes::Buf;
use http::{Extensions, HeaderMap, Response, header::CONTENT_LENGTH};
use http_body::{Body, Frame};
use tollgate_families::{EndInPanic, Start};

use crate::{
    Exception, ResponseHead, Route, Unmetered,
    bounded_label::BoundedValues,
    instruments::{Instruments, Measured},
    labels::Status,
    length::Length,
    side::{Server, Side},
};

/// A request in flight. Each of its ends records it and consumes it.
#[derive(Debug)]
pub(crate) struct Flight<K: Side> {
    pub(crate) instruments: K::Pointer<Instruments<K>>,
    pub(crate) start: Start,
    pub(crate) values: BoundedValues,
    /// Length of the request's body.
    pub(crate) received: Length,
}

impl<K: Side> Flight<K> {
    #[inline(always)]
    fn end(self, status: Status, exception: Option<&'static str>, sent: Length) {
        let instruments = &*self.instruments;
        let seconds = instruments.settings.stopwatch.seconds(self.start);
        if let Some(exception) = exception {
            instruments.record_exception(status, exception);
        }
        instruments.leave();
        let measured = Measured {
            seconds,
            received: self.received,
            sent,
        };
        instruments.record_answer(status, self.values, measured);
    }

    /// Ends early, because nobody waits for the response any more.
    #[cold]
    fn cancel(
        self,
        status: Status,
        exception: Option<&'static str>,
        phase: &'static str,
        sent: Length,
    ) {
        self.instruments.record_cancelled(phase);
        self.end(status, exception, sent);
    }

    /// Goes on at the route that the response names, if no route matched.
    #[cold]
    fn name(&mut self, Route(route): &Route) {
        if let Some(named) = self.instruments.named(route) {
            named.in_flight.increment(1.0);
            mem::replace(&mut self.instruments, named).leave();
        }
    }

    /// Ends without a record.
    #[cold]
    fn abandon(self) {
        self.instruments.leave();
    }
}

/// Owns a request while the inner service is called. Dropping it records a panic: nothing else ends
/// the call early.
pub(crate) struct CallGuard<K: Side>(pub(crate) HeadGuard<K>);

impl<K: Side> CallGuard<K> {
    /// Returns the guard once the call has returned.
    #[inline]
    pub(crate) fn called(mut self) -> HeadGuard<K> {
        let guard = mem::replace(&mut self.0, HeadGuard::idle());
        mem::forget(self);
        guard
    }
}

impl<K: Side> Drop for CallGuard<K> {
    #[inline]
    fn drop(&mut self) {
        self.0.end_in_panic();
    }
}

/// Owns a request from its call to the head of its response. Dropping it records a request that
/// was cancelled before it was answered.
#[derive(Debug)]
pub(crate) struct HeadGuard<K: Side>(Option<Flight<K>>);

impl<K: Side> HeadGuard<K> {
    /// Creates a guard of a request that is not measured.
    #[inline]
    pub(crate) const fn idle() -> Self {
        Self(None)
    }

    /// Creates a guard of a request that counts as in flight.
    #[inline]
    pub(crate) const fn new(flight: Flight<K>) -> Self {
        Self(Some(flight))
    }

    /// Notes the head of the response. Ends the request, or returns the guard of its body if that has
    /// to be followed.
    ///
    /// Call it under a watch: hooks and bodies are user code that may panic.
    #[inline(always)]
    pub(crate) fn answer<B: Body>(&mut self, response: &Response<B>) -> Option<BodyGuard<K>> {
        let instruments = self.0.as_ref()?.instruments.clone();
        let settings = &instruments.settings;
        let status = Status::new(response.status());
        let mut exception = None;
        if !response.extensions().is_empty() || settings.sees_responses {
            if is_unmetered(response.extensions())
                || settings
                    .hooks
                    .skip_statuses
                    .iter()
                    .any(|skip| skip(response.status()))
            {
                self.0.take()?.abandon();
                return None;
            }
            exception = exception_of(response.extensions());
            if let Some(flight) = &mut self.0 {
                if let Some(route) = response.extensions().get() {
                    flight.name(route);
                }
                let response = ResponseHead::new(response);
                settings
                    .bounded_labels
                    .add_response(response, &mut flight.values);
            }
        }

        let body = response.body();
        let sent = match body.size_hint().exact() {
            Some(_) if settings.body_sizes && instruments.is_bodiless(status) => Length::ZERO,
            Some(length) if !K::RECEIVES => length.into(),
            _ if body.is_end_stream() || instruments.is_bodiless(status) => Length::ZERO,
            _ => {
                let announced = content_length(response.headers());
                // Servers never poll an empty body.
                if !settings.until_head && announced != Length::ZERO {
                    return Some(BodyGuard {
                        flight: self.0.take(),
                        status,
                        exception,
                        sent: 0,
                        announced,
                    });
                }
                announced
            }
        };
        self.0.take()?.end(status, exception, sent);
        None
    }

    /// Ends a request that the inner service answered with an error.
    #[cold]
    pub(crate) fn fail(&mut self, error: &dyn Any) {
        if let Some(flight) = &self.0 {
            let hooks = &flight.instruments.settings.hooks;
            let exception = hooks.name_error(error);
            self.end_unanswered(exception);
        }
    }

    fn end_unanswered(&mut self, exception: &'static str) {
        if let Some(flight) = self.0.take() {
            flight.end(K::failed(exception), Some(exception), Length::UNKNOWN);
        }
    }
}

impl<K: Side> Drop for HeadGuard<K> {
    #[inline]
    fn drop(&mut self) {
        if let Some(flight) = self.0.take() {
            flight.cancel(K::cancelled(), None, "head", Length::UNKNOWN);
        }
    }
}

/// Owns a request from the head of its response to the end of its body.
///
/// A [`Host`](crate::Host) gets one where the body has to be followed, and gives it to a
/// [`ResponseBody`](crate::ResponseBody). Dropping it records a request that was cancelled before
/// its body came to its end.
#[derive(Debug)]
pub struct BodyGuard<K: Side = Server> {
    flight: Option<Flight<K>>,
    status: Status,
    exception: Option<&'static str>,
    /// Bytes of the body sent so far.
    sent: u64,
    /// Length of the body by its headers. A server stops to read there.
    announced: Length,
}

impl<K: Side> BodyGuard<K> {
    /// Notes a frame of the body, and if it is the last.
    #[inline]
    pub(crate) fn pass<D: Buf>(&mut self, frame: &Frame<D>, last: bool) {
        let bytes = frame.data_ref().map_or(0, Buf::remaining);
        self.sent = self.sent.saturating_add(bytes as u64);
        if last || self.announced.is_reached(self.sent) || frame.is_trailers() {
            self.complete();
        }
    }

    /// Ends a request whose body came to its end.
    #[inline]
    pub(crate) fn complete(&mut self) {
        self.end(self.exception);
    }

    /// Ends a request whose body failed.
    #[cold]
    pub(crate) fn fail(&mut self) {
        // The exception of its head is the first, and the one that counts.
        self.end(self.exception.or(Some("body")));
    }

    #[inline]
    fn end(&mut self, exception: Option<&'static str>) {
        if let Some(flight) = self.flight.take() {
            flight.end(self.status, exception, self.sent.into());
        }
    }
}

impl<K: Side> Drop for BodyGuard<K> {
    #[inline]
    fn drop(&mut self) {
        if let Some(flight) = self.flight.take() {
            flight.cancel(self.status, self.exception, "body", self.sent.into());
        }
    }
}

impl<K: Side> EndInPanic for HeadGuard<K> {
    #[cold]
    fn end_in_panic(&mut self) {
        self.end_unanswered("panic");
    }
}

impl<K: Side> EndInPanic for BodyGuard<K> {
    #[cold]
    fn end_in_panic(&mut self) {
        self.end(self.exception.or(Some("panic")));
    }
}

#[cold]
fn is_unmetered(extensions: &Extensions) -> bool {
    extensions.get::<Unmetered>().is_some()
}

#[cold]
fn exception_of(extensions: &Extensions) -> Option<&'static str> {
    extensions.get().map(|&Exception(name)| name)
}

#[cold]
fn content_length(headers: &HeaderMap) -> Length {
    let announced = headers.get(CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse().ok());
    announced.map_or(Length::UNKNOWN, u64::into)
}
