//! The owner of a request from its call to the end of its response.

use std::any::Any;

use bytes::Buf;
use http::{HeaderMap, Response, header::CONTENT_LENGTH};
use http_body::{Body, Frame};

use crate::{
    Exception, ResponseHead, Unmetered,
    extra::ExtraValues,
    instruments::Instruments,
    labels::{Phase, Status},
};

/// What owns a request while it is in flight, and records how it ended exactly once.
///
/// A [`Host`](crate::Host) gets one for a response whose body has to be followed, and gives it to
/// a [`ResponseBody`](crate::ResponseBody). Dropping it records a cancelled request.
#[derive(Debug)]
pub struct RequestGuard(Option<Pending>);

/// A request that has not ended yet.
#[derive(Debug)]
struct Pending {
    instruments: &'static Instruments,
    start: u64,
    status: Status,
    answered: bool,
    exception: Option<&'static str>,
    extra: ExtraValues,
    /// How much of the response's body has been sent.
    sent: u64,
    /// How much of it will have been sent at its end, if the headers tell.
    announced: Option<u64>,
}

/// How a request ends.
#[derive(Debug, Clone, Copy)]
enum End {
    Complete,
    Exception(&'static str),
    Dropped,
}

impl RequestGuard {
    /// A guard of nothing: the request is not measured.
    #[inline]
    pub(crate) const fn idle() -> Self {
        Self(None)
    }

    /// Counts a request in and starts its clock.
    #[inline]
    pub(crate) fn start(instruments: &'static Instruments, extra: ExtraValues) -> Self {
        instruments.enter();
        Self(Some(Pending {
            instruments,
            start: instruments.meter.clock.raw(),
            status: Status::CANCELLED,
            answered: false,
            exception: None,
            extra,
            sent: 0,
            announced: None,
        }))
    }

    #[inline]
    pub(crate) fn take(&mut self) -> Self {
        Self(self.0.take())
    }

    /// Notes the head of the response, and ends the request unless its body has to be followed:
    /// then the guard comes back.
    #[inline]
    pub(crate) fn answer<B: Body>(mut self, response: &Response<B>) -> Option<Self> {
        let pending = self.0.as_mut()?;
        let meter = pending.instruments.meter;
        pending.status = Status::new(response.status());
        pending.answered = true;
        if !response.extensions().is_empty() {
            pending.exception = response.extensions().get().map(|&Exception(name)| name);
            if response.extensions().get::<Unmetered>().is_some() {
                self.abandon();
                return None;
            }
        }
        if meter.skips(response.status()) {
            self.abandon();
            return None;
        }
        meter.see_response(ResponseHead::new(response), &mut pending.extra);

        let body = response.body();
        let length = body.size_hint().exact();
        let bodiless = pending.instruments.is_bodiless(pending.status);
        if length.is_some() || bodiless || body.is_end_stream() || meter.until_head {
            if !bodiless {
                pending.sent = length.unwrap_or(0);
            }
            self.finish(End::Complete);
            None
        } else {
            // A server stops to read a body once it has as much as the headers announce.
            pending.announced = content_length(response.headers());
            Some(self)
        }
    }

    /// Notes a frame of the body; `last` if the body says that it has ended.
    #[inline]
    pub(crate) fn pass<D: Buf>(&mut self, frame: &Frame<D>, last: bool) {
        if let Some(pending) = &mut self.0 {
            let bytes = frame.data_ref().map_or(0, Buf::remaining);
            pending.sent = pending.sent.saturating_add(bytes as u64);
            let all = pending
                .announced
                .is_some_and(|length| pending.sent >= length);
            if last || all || frame.is_trailers() {
                self.finish(End::Complete);
            }
        }
    }

    /// Ends a request whose body came to its end.
    #[inline]
    pub(crate) fn complete(&mut self) {
        self.finish(End::Complete);
    }

    /// Ends a request whose body failed.
    #[cold]
    pub(crate) fn fail_body(&mut self) {
        self.finish(End::Exception("body"));
    }

    /// Ends a request to which the inner service gave an error instead of a response.
    #[cold]
    pub(crate) fn fail(&mut self, error: &dyn Any) {
        if let Some(pending) = &mut self.0 {
            pending.status = Status::FAILED;
            let name = pending.instruments.meter.name_error(error);
            self.finish(End::Exception(name));
        }
    }

    #[cold]
    fn unwind(&mut self) {
        if let Some(pending) = &mut self.0 {
            if !pending.answered {
                pending.status = Status::FAILED;
            }
            self.finish(End::Exception("panic"));
        }
    }

    /// Lets go of a request that is not to be recorded.
    #[cold]
    fn abandon(&mut self) {
        if let Some(pending) = self.0.take() {
            pending.instruments.leave();
        }
    }

    #[inline]
    fn finish(&mut self, end: End) {
        if let Some(pending) = self.0.take() {
            pending.finish(end);
        }
    }
}

impl Drop for RequestGuard {
    #[inline]
    fn drop(&mut self) {
        self.finish(End::Dropped);
    }
}

impl Pending {
    #[inline]
    fn finish(self, end: End) {
        let instruments = self.instruments;
        let clock = &instruments.meter.clock;
        let nanoseconds = clock.delta_as_nanos(self.start, clock.raw());
        #[expect(clippy::cast_precision_loss, reason = "exact up to 104 days")]
        let seconds = nanoseconds as f64 / 1e9;
        instruments.leave();
        instruments.record_answer(self.status, self.extra, seconds);
        if instruments.meter.body_sizes && self.answered {
            instruments.record_response_size(self.sent);
        }
        if !matches!((end, self.exception), (End::Complete, None)) {
            self.finish_badly(end);
        }
    }

    #[cold]
    fn finish_badly(&self, end: End) {
        let exception = match end {
            End::Exception(name) => self.exception.or(Some(name)),
            End::Complete | End::Dropped => self.exception,
        };
        if let Some(name) = exception {
            self.instruments.record_exception(self.status, name);
        }
        if let End::Dropped = end {
            let phase = if self.answered {
                Phase::Body
            } else {
                Phase::Head
            };
            self.instruments.record_cancelled(phase);
        }
    }
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Ends the request as a panic if it is dropped before [`disarm`](Self::disarm), which then only
/// unwinding can do.
pub(crate) struct PanicWatch<'a>(&'a mut RequestGuard);

impl<'a> PanicWatch<'a> {
    #[inline]
    pub(crate) fn new(guard: &'a mut RequestGuard) -> Self {
        Self(guard)
    }

    #[inline]
    pub(crate) fn disarm(self) {
        std::mem::forget(self);
    }
}

impl Drop for PanicWatch<'_> {
    fn drop(&mut self) {
        self.0.unwind();
    }
}
