//! Scripted answers of the measured service, down to every frame of a body.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use http::{HeaderMap, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};

/// Duration of a [`Step::Pause`].
pub(crate) const PAUSE: Duration = Duration::from_millis(20);

/// The service's answer to a request.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Responds(Response<Script>),
    Fails,
    Panics,
    PanicsInCall,
    NeverResponds,
}

impl Answer {
    /// Creates a response with this status and body.
    pub(crate) fn new(status: u16, body: Script) -> Self {
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        Self::Responds(response)
    }

    /// Adds a `content-length` header.
    pub(crate) fn content_length(mut self, length: u64) -> Self {
        self.response()
            .headers_mut()
            .insert(CONTENT_LENGTH, length.into());
        self
    }

    pub(crate) fn extension(mut self, extension: impl Clone + Send + Sync + 'static) -> Self {
        self.response().extensions_mut().insert(extension);
        self
    }

    fn response(&mut self) -> &mut Response<Script> {
        match self {
            Self::Responds(response) => response,
            other => panic!("{other:?} has no head"),
        }
    }
}

/// A body that follows a script, frame by frame.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    steps: VecDeque<Step>,
    length: Option<u64>,
    knows_its_end: bool,
}

/// One step of a body, taken when it is polled.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    Data(&'static str),
    Trailers,
    /// Is not ready yet.
    Wait,
    /// Is not ready before a [`PAUSE`] has passed.
    Pause,
    /// Is never ready.
    Stall,
    Fail,
    Panic,
}

/// The error of a service or of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Failure;

impl Script {
    /// Creates a streamed body: its length is unknown, its end is known in advance.
    pub(crate) fn streamed(steps: impl Into<VecDeque<Step>>) -> Self {
        Self {
            steps: steps.into(),
            length: None,
            knows_its_end: true,
        }
    }

    /// Creates a body in one piece, whose length is known.
    pub(crate) fn sized(text: &'static str) -> Self {
        let length = Some(text.len() as u64);
        let data = (!text.is_empty()).then_some(Step::Data(text));
        Self {
            length,
            ..Self::streamed(data.into_iter().collect::<VecDeque<_>>())
        }
    }

    /// Hides the end of the body: only one more poll reveals it.
    pub(crate) fn without_known_end(self) -> Self {
        Self {
            knows_its_end: false,
            ..self
        }
    }
}

impl Body for Script {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        let frame = match self.steps.pop_front() {
            None => return Poll::Ready(None),
            Some(Step::Data(text)) => {
                self.length = self.length.map(|length| length - text.len() as u64);
                Ok(Frame::data(Bytes::from_static(text.as_bytes())))
            }
            Some(Step::Trailers) => Ok(Frame::trailers(HeaderMap::from_iter([(
                HeaderName::from_static("x-checksum"),
                HeaderValue::from_static("7"),
            )]))),
            Some(step @ (Step::Wait | Step::Pause)) => {
                if let Step::Pause = step {
                    thread::sleep(PAUSE);
                }
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Some(Step::Stall) => {
                self.steps.push_front(Step::Stall);
                return Poll::Pending;
            }
            Some(Step::Fail) => Err(Failure),
            Some(Step::Panic) => panic!("the body panics, as scripted"),
        };
        Poll::Ready(Some(frame))
    }

    fn is_end_stream(&self) -> bool {
        self.knows_its_end && self.steps.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map(SizeHint::with_exact).unwrap_or_default()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("failed, as scripted")
    }
}

impl std::error::Error for Failure {}
