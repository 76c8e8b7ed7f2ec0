//! The future of a response.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::Response;
use pin_project_lite::pin_project;

use crate::ResponseBody;

pin_project! {
    /// Response future of [`MasterKey`](crate::MasterKey).
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        #[pin]
        accepted: Option<F>,
        refusal: Option<Box<Response<Bytes>>>,
    }
}

impl<F> ResponseFuture<F> {
    #[inline]
    pub(crate) fn accepted(future: F) -> Self {
        Self {
            accepted: Some(future),
            refusal: None,
        }
    }

    #[cold]
    pub(crate) fn refused(response: Box<Response<Bytes>>) -> Self {
        Self {
            accepted: None,
            refusal: Some(response),
        }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<ResponseBody<B>>, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Some(future) = this.accepted.as_pin_mut() {
            return future
                .poll(cx)
                .map_ok(|response| response.map(ResponseBody::accepted));
        }
        let refusal = this.refusal.take();
        let refusal = refusal.expect("a future is not polled after its end");
        Poll::Ready(Ok(refusal.map(ResponseBody::refused)))
    }
}
