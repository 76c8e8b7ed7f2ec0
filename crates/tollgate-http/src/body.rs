//! Response body that is followed to its end.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tollgate_families::PanicWatch;

use crate::{
    BodyGuard,
    side::{Server, Side},
};

pin_project! {
    /// Response body of a measured service.
    ///
    /// With a guard, the request ends when this body does: at its last frame, its failure or its
    /// drop.
    #[derive(Debug)]
    pub struct ResponseBody<B, K: Side = Server> {
        #[pin]
        inner: B,
        guard: Option<BodyGuard<K>>,
    }
}

impl<B, K: Side> ResponseBody<B, K> {
    /// Follows a body on behalf of a guard, or passes it through without one.
    #[inline]
    pub fn new(inner: B, guard: Option<BodyGuard<K>>) -> Self {
        Self { inner, guard }
    }
}

impl<B: Body, K: Side> Body for ResponseBody<B, K> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let mut this = self.project();
        let Some(guard) = this.guard else {
            return this.inner.poll_frame(cx);
        };
        let watch = PanicWatch::new(guard);
        let polled = this.inner.as_mut().poll_frame(cx);
        watch.disarm();
        match &polled {
            Poll::Ready(Some(Ok(frame))) => guard.pass(frame, this.inner.is_end_stream()),
            Poll::Ready(Some(Err(_))) => guard.fail(),
            Poll::Ready(None) => guard.complete(),
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
