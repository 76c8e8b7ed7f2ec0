//! The service that requires a master key.

use std::{
    future::ready,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use crate::{body::ResponseBody, future::ResponseFuture, policy::Policy};

/// Service that calls the inner one only for a request with a master key.
///
/// [`MasterKeyLayer`](crate::MasterKeyLayer) creates it.
#[derive(Clone, Debug)]
pub struct MasterKey<S> {
    inner: S,
    policy: Arc<Policy>,
}

impl<S> MasterKey<S> {
    pub(crate) fn new(inner: S, policy: Arc<Policy>) -> Self {
        Self { inner, policy }
    }
}

impl<S, ReqB, ResB> Service<Request<ReqB>> for MasterKey<S>
where
    S: Service<Request<ReqB>, Response = Response<ResB>>,
    // `ResponseBody` requires this of its inner body. Here, the bound moves the error from the first
    // use of the body to the layer.
    ResB: Body,
    ResB::Data: From<Bytes>,
{
    type Response = Response<ResponseBody<ResB>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&mut self, request: Request<ReqB>) -> Self::Future {
        match self.policy.check(&request) {
            Ok(_) => ResponseFuture::Accepted {
                future: self.inner.call(request),
            },
            Err(refusal) => ResponseFuture::Refused {
                response: ready(refusal),
            },
        }
    }
}
