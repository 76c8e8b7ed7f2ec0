//! The future of a response.

use std::{
    future::{Future, Ready},
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::Response;
use http_body_util::Full;
use pin_project_lite::pin_project;

use crate::body::ResponseBody;

pin_project! {
    /// Response future of [`MasterKey`](crate::service::MasterKey).
    #[derive(Debug)]
    #[project = Projected]
    pub enum ResponseFuture<F> {
        Accepted { #[pin] future: F },
        Refused { response: Ready<Box<Response<Bytes>>> },
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<ResponseBody<B>>, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            Projected::Accepted { future } => future
                .poll(cx)
                .map_ok(|response| response.map(|body| ResponseBody::Accepted { body })),
            Projected::Refused { response } => Pin::new(response).poll(cx).map(|response| {
                let refused = |body| ResponseBody::Refused {
                    body: Full::new(body),
                };
                Ok(response.map(refused))
            }),
        }
    }
}
