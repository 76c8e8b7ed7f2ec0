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
        answer: Answer<F>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = AnswerProjection]
    enum Answer<F> {
        Accepted {
            #[pin]
            future: F,
        },
        Refused {
            response: Option<Box<Response<Bytes>>>,
        },
    }
}

impl<F> ResponseFuture<F> {
    #[inline]
    pub(crate) fn accepted(future: F) -> Self {
        let answer = Answer::Accepted { future };
        Self { answer }
    }

    #[cold]
    pub(crate) fn refused(response: Box<Response<Bytes>>) -> Self {
        let response = Some(response);
        let answer = Answer::Refused { response };
        Self { answer }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<ResponseBody<B>>, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().answer.project() {
            AnswerProjection::Accepted { future } => future
                .poll(cx)
                .map_ok(|response| response.map(ResponseBody::accepted)),
            AnswerProjection::Refused { response } => {
                let response = response
                    .take()
                    .expect("a future is not polled after its end");
                Poll::Ready(Ok(response.map(ResponseBody::refused)))
            }
        }
    }
}
