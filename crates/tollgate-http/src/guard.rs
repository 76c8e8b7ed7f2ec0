//! The owners of a request: one until the head of its response, one until the end of its body.

use std::any::Any;

use bytes::Buf;
use http::{Extensions, HeaderMap, Response, header::CONTENT_LENGTH};
use http_body::{Body, Frame};

use crate::{
    Exception, ResponseHead, Unmetered,
    extra::ExtraValues,
    instruments::Instruments,
    labels::{Phase, Status},
};

/// A request in flight. Each of its ends records it and consumes it.
#[derive(Debug)]
struct Flight {
    instruments: &'static Instruments,
    start: u64,
    /// How large the request's body is, if that is recorded.
    received: Option<u64>,
    extra: ExtraValues,
}

impl Flight {
    #[inline]
    fn end(self, status: Status) {
        let instruments = self.instruments;
        let clock = &instruments.meter.clock;
        let nanoseconds = clock.delta_as_nanos(self.start, clock.raw());
        #[expect(clippy::cast_precision_loss, reason = "exact up to 104 days")]
        let seconds = nanoseconds as f64 * 1e-9;
        instruments.leave();
        if let Some(bytes) = self.received {
            instruments.record_request_size(bytes);
        }
        instruments.record_answer(status, self.extra, seconds);
    }

    /// Records how much of the response's body has been sent, if that is recorded.
    #[inline]
    fn record_sent(&self, bytes: u64) {
        if self.instruments.meter.body_sizes {
            self.instruments.record_response_size(bytes);
        }
    }

    #[inline]
    fn end_answered(self, status: Status, exception: Option<&'static str>) {
        match exception {
            None => self.end(status),
            Some(exception) => self.end_in_exception(status, exception),
        }
    }

    #[cold]
    fn end_in_exception(self, status: Status, exception: &'static str) {
        self.instruments.record_exception(status, exception);
        self.end(status);
    }

    #[cold]
    fn end_cancelled(self, status: Status, phase: Phase) {
        self.instruments.record_cancelled(phase);
        self.end(status);
    }

    /// Ends without a record.
    #[cold]
    fn abandon(self) {
        self.instruments.leave();
    }
}

/// Owns a request from its call to the head of its response. Dropping it records a request that
/// was cancelled before it was answered.
#[derive(Debug)]
pub(crate) struct HeadGuard(Option<Flight>);

impl HeadGuard {
    /// A guard of nothing: the request is not measured.
    #[inline]
    pub(crate) const fn idle() -> Self {
        Self(None)
    }

    /// Counts a request in and starts its clock.
    #[inline]
    pub(crate) fn start(
        instruments: &'static Instruments,
        received: Option<u64>,
        extra: ExtraValues,
    ) -> Self {
        instruments.enter();
        Self(Some(Flight {
            instruments,
            start: instruments.meter.clock.raw(),
            received,
            extra,
        }))
    }

    /// Notes the head of the response, and ends the request unless its body has to be followed.
    #[inline]
    pub(crate) fn answer<B: Body>(&mut self, response: &Response<B>) -> Option<BodyGuard> {
        // The hooks and the body are the user's code, and can panic.
        let watch = self.watch();
        let flight = watch.flight.as_mut()?;
        let instruments = flight.instruments;
        let meter = instruments.meter;
        let status = Status::new(response.status());
        let mut exception = None;
        if !response.extensions().is_empty() || meter.sees_responses {
            if is_unmetered(response.extensions()) || meter.skips(response.status()) {
                watch.disarm();
                self.0.take()?.abandon();
                return None;
            }
            exception = exception_of(response.extensions());
            meter.see_response(ResponseHead::new(response), &mut flight.extra);
        }

        let body = response.body();
        let length = body.size_hint().exact();
        let follows = length.is_none()
            && !meter.until_head
            && !body.is_end_stream()
            && !instruments.is_bodiless(status);
        watch.disarm();
        let flight = self.0.take()?;
        if follows {
            let announced = content_length(response.headers());
            // Of nothing a server polls nothing.
            if announced != Some(0) {
                return Some(BodyGuard {
                    flight: Some(flight),
                    status,
                    exception,
                    sent: 0,
                    announced,
                });
            }
        }
        let sent = length.filter(|_| !instruments.is_bodiless(status));
        flight.record_sent(sent.unwrap_or(0));
        flight.end_answered(status, exception);
        None
    }

    /// Ends a request to which the inner service gave an error instead of a response.
    #[cold]
    pub(crate) fn fail(&mut self, error: &dyn Any) {
        let mut watch = self.watch();
        if let Some(flight) = watch.flight {
            let name = flight.instruments.meter.name_error(error);
            watch.end_in_exception(name);
        }
    }

    #[inline]
    pub(crate) fn watch(&mut self) -> PanicWatch<'_> {
        PanicWatch {
            flight: &mut self.0,
            status: Status::FAILED,
            sent: None,
        }
    }
}

impl Drop for HeadGuard {
    #[inline]
    fn drop(&mut self) {
        if let Some(flight) = self.0.take() {
            flight.end_cancelled(Status::CANCELLED, Phase::Head);
        }
    }
}

/// Owns a request from the head of its response to the end of its body.
///
/// A [`Host`](crate::Host) gets one where the body has to be followed, and gives it to a
/// [`ResponseBody`](crate::ResponseBody). Dropping it records a request that was cancelled before
/// its body came to its end.
#[derive(Debug)]
pub struct BodyGuard {
    flight: Option<Flight>,
    status: Status,
    exception: Option<&'static str>,
    /// How much of the body has been sent.
    sent: u64,
    /// How much of it will have been sent at its end, if the headers tell: a server stops to read
    /// it there.
    announced: Option<u64>,
}

impl BodyGuard {
    /// Notes a frame of the body; `last` if the body says that it has ended.
    #[inline]
    pub(crate) fn pass<D: Buf>(&mut self, frame: &Frame<D>, last: bool) {
        let bytes = frame.data_ref().map_or(0, Buf::remaining);
        self.sent = self.sent.saturating_add(bytes as u64);
        let all = self.announced.is_some_and(|length| self.sent >= length);
        if last || all || frame.is_trailers() {
            self.complete();
        }
    }

    /// Ends a request whose body came to its end.
    #[inline]
    pub(crate) fn complete(&mut self) {
        if let Some(flight) = self.end_body() {
            flight.end_answered(self.status, self.exception);
        }
    }

    /// Ends a request whose body failed. It keeps the exception of its head, if there is one.
    #[cold]
    pub(crate) fn fail(&mut self) {
        if let Some(flight) = self.end_body() {
            flight.end_in_exception(self.status, self.exception.unwrap_or("body"));
        }
    }

    #[inline]
    pub(crate) fn watch(&mut self) -> PanicWatch<'_> {
        PanicWatch {
            flight: &mut self.flight,
            status: self.status,
            sent: Some(self.sent),
        }
    }

    #[inline]
    fn end_body(&mut self) -> Option<Flight> {
        let flight = self.flight.take()?;
        flight.record_sent(self.sent);
        Some(flight)
    }
}

impl Drop for BodyGuard {
    #[inline]
    fn drop(&mut self) {
        if let Some(flight) = self.end_body() {
            if let Some(exception) = self.exception {
                flight.instruments.record_exception(self.status, exception);
            }
            flight.end_cancelled(self.status, Phase::Body);
        }
    }
}

/// Ends a request as a panic if it is dropped before [`disarm`](Self::disarm), which only
/// unwinding can do.
pub(crate) struct PanicWatch<'a> {
    flight: &'a mut Option<Flight>,
    status: Status,
    /// How much of a body has been sent.
    sent: Option<u64>,
}

impl PanicWatch<'_> {
    #[inline]
    pub(crate) fn disarm(self) {
        std::mem::forget(self);
    }

    #[cold]
    fn end_in_exception(&mut self, exception: &'static str) {
        if let Some(flight) = self.flight.take() {
            if let Some(sent) = self.sent {
                flight.record_sent(sent);
            }
            flight.end_in_exception(self.status, exception);
        }
    }
}

impl Drop for PanicWatch<'_> {
    fn drop(&mut self) {
        self.end_in_exception("panic");
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
fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
