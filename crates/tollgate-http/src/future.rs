//! Future of a measured response.

use std::{
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll},
};

use http::Response;
use http_body::Body;
use pin_project_lite::pin_project;
use tollgate_families::PanicWatch;

use crate::{Host, guard::HeadGuard, side::Server};

pin_project! {
    /// Response future for [`RequestMetrics`](crate::service::RequestMetrics).
    #[derive(Debug)]
    pub struct ResponseFuture<F, H> {
        #[pin]
        inner: F,
        guard: HeadGuard<Server>,
        host: PhantomData<fn() -> H>,
    }
}

impl<F, H> ResponseFuture<F, H> {
    #[inline]
    pub(crate) fn new(inner: F, guard: HeadGuard<Server>) -> Self {
        Self {
            inner,
            guard,
            host: PhantomData,
        }
    }
}

impl<F, H, B, E> Future for ResponseFuture<F, H>
where
    F: Future<Output = Result<Response<B>, E>>,
    H: Host<B>,
    B: Body,
    E: 'static,
{
    type Output = Result<Response<H::Body>, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let watch = PanicWatch::new(this.guard);
        H::poll_response(this.inner, cx, |polled| {
            let followed = match polled {
                Poll::Ready(Ok(response)) => watch.guard.answer(response),
                Poll::Ready(Err(error)) => {
                    watch.guard.fail(error);
                    None
                }
                Poll::Pending => None,
            };
            watch.disarm();
            followed
        })
    }
}
