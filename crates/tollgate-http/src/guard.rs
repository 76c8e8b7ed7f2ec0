//! The owners of a request: one until the head of its response, one until the end of its body.

use std::{any::Any, mem};

use bytes::Buf;
use http::{Extensions, HeaderMap, Response, header::CONTENT_LENGTH};
use http_body::{Body, Frame};

use crate::{
    Exception, ResponseHead, Unmetered,
    extra::ExtraValues,
    instruments::{Instruments, Measured},
    labels::{Phase, Status},
    length::Length,
};

/// A request in flight. Each of its ends records it and consumes it.
#[derive(Debug)]
struct Flight {
    instruments: &'static Instruments,
    start: u64,
    extra: ExtraValues,
    /// How long the request's body is.
    received: Length,
}

impl Flight {
    #[inline]
    fn end(self, status: Status, exception: Option<&'static str>, sent: Length) {
        let instruments = self.instruments;
        let clock = &instruments.meter.clock;
        let nanoseconds = clock.delta_as_nanos(self.start, clock.raw());
        #[expect(clippy::cast_precision_loss, reason = "exact up to 104 days")]
        let seconds = nanoseconds as f64 * 1e-9;
        if let Some(exception) = exception {
            instruments.record_exception(status, exception);
        }
        instruments.leave();
        let measured = Measured {
            seconds,
            received: self.received,
            sent,
        };
        instruments.record_answer(status, self.extra, measured);
    }

    /// Ends before its time, because nobody waits for it any more.
    #[cold]
    fn cancel(self, status: Status, exception: Option<&'static str>, phase: Phase, sent: Length) {
        self.instruments.record_cancelled(phase);
        self.end(status, exception, sent);
    }

    /// Ends without a record.
    #[cold]
    fn abandon(self) {
        self.instruments.leave();
    }
}

/// Owns a request while the inner service is called. Dropping it records a panic, since nothing
/// else ends the call before its time.
pub(crate) struct CallGuard(HeadGuard);

impl CallGuard {
    #[inline]
    pub(crate) fn new(guard: HeadGuard) -> Self {
        Self(guard)
    }

    /// The call has returned.
    #[inline]
    pub(crate) fn called(mut self) -> HeadGuard {
        let guard = mem::replace(&mut self.0, HeadGuard::idle());
        mem::forget(self);
        guard
    }
}

impl Drop for CallGuard {
    #[inline]
    fn drop(&mut self) {
        self.0.end_in_panic();
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

    /// A guard of a request that has been counted in, and started when its meter's clock read this.
    #[inline]
    pub(crate) fn new(
        instruments: &'static Instruments,
        start: u64,
        extra: ExtraValues,
        received: Length,
    ) -> Self {
        Self(Some(Flight {
            instruments,
            start,
            extra,
            received,
        }))
    }

    /// Notes the head of the response, and ends the request unless its body has to be followed:
    /// any that does not come with it if the response is received.
    ///
    /// Watched by the caller: the hooks and the body are the user's code, and can panic.
    #[inline]
    pub(crate) fn answer<B: Body>(
        &mut self,
        response: &Response<B>,
        is_received: bool,
    ) -> Option<BodyGuard> {
        let instruments = self.0.as_ref()?.instruments;
        let meter = instruments.meter;
        let status = Status::new(response.status());
        let mut exception = None;
        if !response.extensions().is_empty() || meter.sees_responses {
            if is_unmetered(response.extensions()) || meter.hooks.skip_status(response.status()) {
                self.0.take()?.abandon();
                return None;
            }
            exception = exception_of(response.extensions());
            if let Some(flight) = &mut self.0 {
                meter.see_response(ResponseHead::new(response), &mut flight.extra);
            }
        }

        let body = response.body();
        let sent = match body.size_hint().exact() {
            Some(_) if meter.body_sizes && instruments.is_bodiless(status) => Length::ZERO,
            Some(length) if !is_received => length.into(),
            _ if body.is_end_stream() || instruments.is_bodiless(status) => Length::ZERO,
            _ => {
                let announced = content_length(response.headers());
                // Of nothing a server polls nothing.
                if !meter.until_head && announced != Length::ZERO {
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

    /// Ends a request to which the inner service gave an error instead of a response. Watched by
    /// the caller, too.
    #[cold]
    pub(crate) fn fail(&mut self, error: &dyn Any) {
        if let Some(flight) = &self.0 {
            let hooks = &flight.instruments.meter.hooks;
            let exception = hooks.name_error(error);
            self.end_unanswered(exception);
        }
    }

    fn end_unanswered(&mut self, exception: &'static str) {
        if let Some(flight) = self.0.take() {
            let status = flight.instruments.meter.side.failed(exception);
            flight.end(status, Some(exception), Length::UNKNOWN);
        }
    }

    #[inline]
    pub(crate) fn watch(&mut self) -> PanicWatch<'_, Self> {
        PanicWatch { guard: self }
    }
}

impl Drop for HeadGuard {
    #[inline]
    fn drop(&mut self) {
        if let Some(flight) = self.0.take() {
            let status = flight.instruments.meter.side.cancelled();
            flight.cancel(status, None, Phase::Head, Length::UNKNOWN);
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
    announced: Length,
}

impl BodyGuard {
    /// Notes a frame of the body; `last` if the body says that it has ended.
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
    pub(crate) fn watch(&mut self) -> PanicWatch<'_, Self> {
        PanicWatch { guard: self }
    }

    #[inline]
    fn end(&mut self, exception: Option<&'static str>) {
        if let Some(flight) = self.flight.take() {
            flight.end(self.status, exception, self.sent.into());
        }
    }
}

impl Drop for BodyGuard {
    #[inline]
    fn drop(&mut self) {
        if let Some(flight) = self.flight.take() {
            flight.cancel(self.status, self.exception, Phase::Body, self.sent.into());
        }
    }
}

/// A guard over code of the user's, which can panic.
pub(crate) trait Guard {
    /// Ends a request that a panic went through.
    fn end_in_panic(&mut self);
}

impl Guard for HeadGuard {
    #[cold]
    fn end_in_panic(&mut self) {
        self.end_unanswered("panic");
    }
}

impl Guard for BodyGuard {
    #[cold]
    fn end_in_panic(&mut self) {
        self.end(self.exception.or(Some("panic")));
    }
}

/// Ends a request in a panic if it is dropped before [`disarm`](Self::disarm), which only
/// unwinding does.
pub(crate) struct PanicWatch<'a, G: Guard> {
    pub(crate) guard: &'a mut G,
}

impl<G: Guard> PanicWatch<'_, G> {
    #[inline]
    pub(crate) fn disarm(self) {
        mem::forget(self);
    }
}

impl<G: Guard> Drop for PanicWatch<'_, G> {
    #[inline]
    fn drop(&mut self) {
        self.guard.end_in_panic();
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
