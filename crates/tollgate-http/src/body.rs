//! The body of a response, followed to its end.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::{RequestGuard, guard::PanicWatch};

pin_project! {
    /// Response body for [`RequestMetrics`](crate::RequestMetrics).
    ///
    /// With a guard, the request ends when this body does: at its last frame, its failure or its
    /// drop.
    #[derive(Debug)]
    pub struct ResponseBody<B> {
        #[pin]
        inner: B,
        guard: RequestGuard,
    }
}

impl<B> ResponseBody<B> {
    /// Follows a body on behalf of a guard, or lets it through without one.
    #[inline]
    pub fn new(inner: B, guard: Option<RequestGuard>) -> Self {
        Self {
            inner,
            guard: guard.unwrap_or(RequestGuard::idle()),
        }
    }
}

impl<B: Body> Body for ResponseBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let mut this = self.project();
        let watch = PanicWatch::new(this.guard);
        let polled = this.inner.as_mut().poll_frame(cx);
        watch.disarm();
        match &polled {
            Poll::Ready(Some(Ok(frame))) => this.guard.pass(frame, this.inner.is_end_stream()),
            Poll::Ready(Some(Err(_))) => this.guard.fail_body(),
            Poll::Ready(None) => this.guard.complete(),
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
