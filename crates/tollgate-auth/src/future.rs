//! The future of a response: the inner service's or a refusal.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http::Response;
use pin_project_lite::pin_project;

use crate::{ResponseBody, challenge::Refusal, policy::Policy};

pin_project! {
    /// Response future of [`MasterKey`](crate::MasterKey).
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        #[pin]
        state: State<F>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = StateProjection]
    enum State<F> {
        Accepted {
            #[pin]
            future: F,
        },
        Refused {
            policy: Arc<Policy>,
            refusal: Refusal,
            head: bool,
        },
    }
}

impl<F> ResponseFuture<F> {
    #[inline]
    pub(crate) fn accepted(future: F) -> Self {
        Self {
            state: State::Accepted { future },
        }
    }

    #[cold]
    pub(crate) fn refused(policy: Arc<Policy>, refusal: Refusal, head: bool) -> Self {
        Self {
            state: State::Refused {
                policy,
                refusal,
                head,
            },
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
        match self.project().state.project() {
            StateProjection::Accepted { future } => future
                .poll(cx)
                .map_ok(|response| response.map(ResponseBody::accepted)),
            StateProjection::Refused {
                policy,
                refusal,
                head,
            } => Poll::Ready(Ok(policy
                .answer(*refusal, *head)
                .map(ResponseBody::refused))),
        }
    }
}
