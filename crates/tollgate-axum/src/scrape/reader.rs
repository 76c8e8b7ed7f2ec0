//! Scrapes and their answers.

use std::{future::Future, sync::Arc, time::Duration};

use axum::{
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER, VARY},
    },
    response::{IntoResponse, Response},
};
use tokio::time::{self, Instant};
use tollgate_exposition::{Format, Selection, Snapshot};
use tollgate_http::Unmetered;

use super::{
    negotiate::Representation,
    patience::patience,
    render::{Refusal, Renderer},
};

const VARIES: &str = if cfg!(feature = "gzip") {
    "Accept, Accept-Encoding"
} else {
    "Accept"
};

/// A metrics route without a place on a router.
///
/// Everything that it reads is limited and counted as scrapes of the
/// [`MetricsRoute`](crate::MetricsRoute) are.
#[derive(Debug, Clone)]
pub struct MetricsReader {
    pub(super) renderer: Arc<Renderer>,
    pub(super) timeout: Duration,
}

impl MetricsReader {
    /// Returns the formats that the exposition offers.
    pub fn formats(&self) -> &[Format] {
        self.renderer.formats()
    }

    /// Answers a scrape with these headers and this query.
    pub async fn answer(&self, headers: &HeaderMap, query: Option<&str>) -> Response {
        let representation = Representation::requested(headers, query, self.renderer.formats());
        let (format, encoding) = (representation.format, representation.encoding);
        let render = |renderer: &Arc<Renderer>| Ok(renderer.render(representation)?.body());
        let body = match self.wait(patience(headers, self.timeout), render).await {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let content_type = format.content_type();
        let mut response = ([(CONTENT_TYPE, content_type), (VARY, VARIES)], body).into_response();
        if let Some(encoding) = encoding.content_encoding() {
            response.headers_mut().insert(CONTENT_ENCODING, encoding);
        }
        mark(response)
    }

    /// Reads what is selected, or more.
    ///
    /// # Errors
    ///
    /// The answer of a scrape at the same moment: 500 or 503.
    pub async fn read(&self, selection: Selection) -> Result<Snapshot, Response> {
        let read = |renderer: &Arc<Renderer>| {
            let read = renderer.read(selection)?;
            Ok(async { read.await.ok() })
        };
        self.wait(self.timeout, read).await
    }

    /// Starts a rendering, waits for it, and counts the answer.
    async fn wait<T, F: Future<Output = Option<T>>>(
        &self,
        patience: Duration,
        start: impl FnOnce(&Arc<Renderer>) -> Result<F, Refusal>,
    ) -> Result<T, Response> {
        // Resolved here and not by the rendering, so that a recorder that is local to this thread is
        // found.
        let instruments = self.renderer.instruments();
        let refuse = |reason: &'static str| {
            instruments.refused.increment(1);
            let status = StatusCode::SERVICE_UNAVAILABLE;
            mark((status, [(RETRY_AFTER, "1")], reason).into_response())
        };
        let fail = || {
            instruments.failed.increment(1);
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            let reason = "the metrics could not be rendered\n";
            mark((status, reason).into_response())
        };
        let started = Instant::now();
        if !self.renderer.prepare(patience).await {
            return Err(fail());
        }
        let rendering = match start(&self.renderer) {
            Ok(rendering) => rendering,
            Err(Refusal::Busy) => {
                let reason = "too many scrapes are being rendered; try again in a second\n";
                return Err(refuse(reason));
            }
            Err(Refusal::NoRuntime) => {
                tracing::error!("metrics are rendered on threads of a Tokio runtime: start one");
                return Err(fail());
            }
        };
        match time::timeout(patience.saturating_sub(started.elapsed()), rendering).await {
            Ok(Some(rendered)) => {
                instruments.answered.increment(1);
                Ok(rendered)
            }
            Ok(None) => Err(fail()),
            Err(_) => {
                tracing::warn!("metrics take longer to render than their scraper waits");
                let reason = "the metrics take too long to render; try again in a second\n";
                Err(refuse(reason))
            }
        }
    }
}

/// Marks every answer of the route, refusals of the guard and of the method included.
pub(super) fn mark(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.extensions_mut().insert(Unmetered);
    response
}
