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
    /// Response body of [`MasterKey`](crate::service::MasterKey): the inner service's, or that of a
    /// refusal.
    ///
    /// Its chunks and errors have the types of the inner body.
    #[derive(Debug)]
    #[project = Projected]
    pub enum ResponseBody<B> {
        Accepted { #[pin] body: B },
        Refused { body: Full<Bytes> },
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
        match self.project() {
            Projected::Accepted { body } => body.poll_frame(cx),
            Projected::Refused { body } => Pin::new(body)
                .poll_frame(cx)
                .map_ok(|frame| frame.map_data(B::Data::from))
                .map_err(|never| match never {}),
        }
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        match self {
            Self::Accepted { body } => body.is_end_stream(),
            Self::Refused { body } => body.is_end_stream(),
        }
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Accepted { body } => body.size_hint(),
            Self::Refused { body } => body.size_hint(),
        }
    }
}
