//! Requests without a server around them.
//!
//! Each request takes the steps of a connection, and no others: build the request, wait for the
//! service, call it, poll its future, read the response's body to its end, drop it. Nothing here
//! ever waits, so one poll of each is enough and there is no executor.

use std::{
    fmt::Debug,
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, Uri, header::HOST};
use http_body::Body;
use http_body_util::Empty;
use tower::Service;

use crate::app;

/// The body of the requests: none, as with any `GET`.
pub type RequestBody = Empty<Bytes>;

/// Returns a closure that sends the given number of requests for [`app::PATH`] through `service`,
/// as a kept-alive connection does.
///
/// # Panics
///
/// As for [`these`].
pub fn requests<S, B>(service: S) -> impl FnMut(u32)
where
    S: Service<Request<RequestBody>, Response = Response<B>>,
    S::Error: Debug,
    B: Body,
    B::Error: Debug,
{
    these(service, || request(Method::GET))
}

/// Returns a closure that sends the given number of requests from `next` through `service`.
///
/// # Panics
///
/// The closure panics if a request fails, is answered with an error, or would have to wait: such a
/// run would measure something else.
pub fn these<S, B>(
    mut service: S,
    mut next: impl FnMut() -> Request<RequestBody>,
) -> impl FnMut(u32)
where
    S: Service<Request<RequestBody>, Response = Response<B>>,
    S::Error: Debug,
    B: Body,
    B::Error: Debug,
{
    move |count| {
        for _ in 0..count {
            let request = black_box(next());
            let mut context = Context::from_waker(Waker::noop());
            ready(service.poll_ready(&mut context)).expect("the service is ready");
            let response = ready(pin!(service.call(request)).poll(&mut context));
            let response = response.expect("the request is answered");
            assert!(response.status().is_success(), "{}", response.status());
            read(response, &mut context);
        }
    }
}

/// The request as a server parses it off a connection: a path in a buffer and the one header that
/// HTTP/1.1 demands.
pub fn request(method: Method) -> Request<RequestBody> {
    let mut request = Request::new(Empty::new());
    *request.method_mut() = method;
    *request.uri_mut() = Uri::from_static(app::PATH);
    let host = HeaderValue::from_static("localhost");
    request.headers_mut().insert(HOST, host);
    request
}

/// Reads a response to its end: a server asks for the length first and stops asking for frames at
/// the end of the stream.
fn read<B>(response: Response<B>, context: &mut Context<'_>)
where
    B: Body,
    B::Error: Debug,
{
    let (head, body) = response.into_parts();
    black_box(head);
    let mut body = pin!(body);
    black_box(body.size_hint());
    while !body.is_end_stream() {
        match ready(body.as_mut().poll_frame(context)) {
            Some(frame) => drop(black_box(frame.expect("the body has no error"))),
            None => break,
        }
    }
}

fn ready<T>(poll: Poll<T>) -> T {
    match poll {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a benchmark's service never waits"),
    }
}
