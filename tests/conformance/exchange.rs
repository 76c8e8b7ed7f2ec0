//! One request and its response, as the client reads it step by step.

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use tower::{Service, ServiceExt};

/// Number of polls that no case here exceeds.
const POLLS: usize = 1_000;

/// Point at which a client stops reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Client {
    /// Reads to the end and stops at the trailers, as servers do.
    ReadsAll,
    /// Stops after this many bytes.
    ReadsBytes(usize),
    /// Reads the head and drops the body.
    ReadsHead,
    /// Drops the request before the head.
    HangsUp,
}

/// Moment at which the gauge is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    BeforeHead,
    AfterHead,
}

/// Sends a request and returns everything that the client saw.
pub(crate) fn exchange<S, R, B>(
    service: S,
    request: Request<R>,
    client: Client,
    mut watch: impl FnMut(Moment),
) -> Vec<String>
where
    S: Service<Request<R>, Response = Response<B>, Error: Display>,
    B: Body<Data = Bytes, Error: Display>,
{
    let mut future = pin!(service.oneshot(request));
    for _ in 0..POLLS {
        match poll(|cx| future.as_mut().poll(cx)) {
            None => return vec!["panicked".to_owned()],
            Some(Poll::Ready(Err(error))) => return vec![format!("failed: {error}")],
            Some(Poll::Ready(Ok(response))) => {
                watch(Moment::AfterHead);
                return read(response, client);
            }
            Some(Poll::Pending) => watch(Moment::BeforeHead),
        }
        if client == Client::HangsUp {
            return vec!["hung up".to_owned()];
        }
    }
    panic!("no answer after {POLLS} polls");
}

fn read<B>(response: Response<B>, client: Client) -> Vec<String>
where
    B: Body<Data = Bytes, Error: Display>,
{
    let (head, body) = response.into_parts();
    let mut seen = vec![format!("{} {:?}", head.status, head.headers)];
    let mut body = pin!(body);
    let mut bytes = 0;
    loop {
        let hint = body.size_hint();
        let (lower, upper) = (hint.lower(), hint.upper());
        let ended = body.is_end_stream();
        seen.push(format!("{lower} to {upper:?} bytes left, ended: {ended}"));
        let enough = match client {
            Client::ReadsAll => ended,
            Client::ReadsBytes(limit) => bytes >= limit,
            Client::ReadsHead | Client::HangsUp => true,
        };
        if enough {
            return seen;
        }
        let Some(frame) = until_ready(|cx| body.as_mut().poll_frame(cx)) else {
            seen.push("panicked".to_owned());
            return seen;
        };
        let frame = frame.map(|frame| frame.map_err(|error| error.to_string()));
        seen.push(format!("{frame:?}"));
        match frame {
            Some(Ok(frame)) if frame.is_data() => bytes += frame.data_ref().map_or(0, Bytes::len),
            _ => return seen,
        }
    }
}

/// Polls until the result is ready; returns `None` after a panic.
fn until_ready<T>(mut poll_again: impl FnMut(&mut Context<'_>) -> Poll<T>) -> Option<T> {
    for _ in 0..POLLS {
        if let Poll::Ready(ready) = poll(&mut poll_again)? {
            return Some(ready);
        }
    }
    panic!("not ready after {POLLS} polls");
}

/// Polls once; returns `None` after a panic.
fn poll<T>(poll: impl FnOnce(&mut Context<'_>) -> Poll<T>) -> Option<Poll<T>> {
    let mut cx = Context::from_waker(Waker::noop());
    catch_unwind(AssertUnwindSafe(|| poll(&mut cx))).ok()
}
