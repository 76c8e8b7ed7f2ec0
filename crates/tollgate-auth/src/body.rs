//! The body of a response.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;
use pin_project_lite::pin_project;

pin_project! {
    /// Response body of [`MasterKey`](crate::MasterKey): the inner service's, or that of a refusal.
    ///
    /// Its chunks and errors have the types of the inner body.
    #[derive(Debug)]
    pub struct ResponseBody<B> {
        #[pin]
        accepted: Option<B>,
        refusal: Full<Bytes>,
    }
}

impl<B> ResponseBody<B> {
    #[inline]
    pub(crate) fn accepted(body: B) -> Self {
        Self {
            accepted: Some(body),
            refusal: Full::default(),
        }
    }

    pub(crate) fn refused(body: Bytes) -> Self {
        Self {
            accepted: None,
            refusal: Full::new(body),
        }
    }
}

impl<B> Body for ResponseBody<B>
where
    B: Body,
    B::Data: From<Bytes>,
{
    type Data = B::Data;
    type Error = B::Error;

    #[inline]
    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let this = self.project();
        match this.accepted.as_pin_mut() {
            Some(body) => body.poll_frame(cx),
            None => Pin::new(this.refusal)
                .poll_frame(cx)
                .map_ok(|frame| frame.map_data(B::Data::from))
                .map_err(|never| match never {}),
        }
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        let accepted = self.accepted.as_ref();
        accepted.map_or_else(|| self.refusal.is_end_stream(), B::is_end_stream)
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        let accepted = self.accepted.as_ref();
        accepted.map_or_else(|| self.refusal.size_hint(), B::size_hint)
    }
}
