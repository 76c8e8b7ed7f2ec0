//! The metrics route and what it answers.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use axum::{
    http::{
        HeaderMap, HeaderValue, StatusCode, Uri,
        header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER, VARY},
    },
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use metrics::Recorder;
use tokio::time;
use tollgate_families::Target;
use tollgate_http::Unmetered;
use tower::util::MapResponseLayer;

use super::{
    negotiate::Representation,
    patience::patience,
    render::{BeforeRender, Refusal, Renderer},
};
use crate::{Exposition, Guard, MountErrorKind};

/// Prometheus' own default.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The metrics route: what is scraped, by whom, and how much at once.
///
/// Mount it with [`RouterExt::mount_metrics_route`](crate::RouterExt::mount_metrics_route).
///
/// # What it answers
///
/// | Request | Answer |
/// |---|---|
/// | without a key that the guard asks for, by any method | the guard's, and nothing else happens |
/// | GET | 200 and the exposition |
/// | HEAD | the same without the body |
/// | any other method | 405 with `Allow` |
/// | while too many others are rendered | 503 with `Retry-After: 1` |
/// | when the rendering takes too long | 503 with `Retry-After: 1` |
/// | when the exposition fails, or it or what is done before it panics | 500 without the reason |
///
/// - The **format** is the one that `Accept` prefers of those that the exposition offers, by its
///   weights. Where none is acceptable it is the exposition's default.
/// - The body is compressed with **gzip** if `Accept-Encoding` asks for it (feature `gzip`).
/// - `?name[]=http_request_total&name[]=up` **filters** by the names of families, or of their
///   samples.
/// - Nothing may **cache** an answer (`Cache-Control: no-store`).
/// - A **rendering** happens on a thread that may block, never on the runtime's workers. Scrapes
///   that ask for the same representation (format, encoding and names) while it is rendered share
///   one rendering, which goes on if the first of them hangs up.
/// - A scrape **waits** for its rendering no longer than the [`timeout`](Self::timeout), nor than
///   nine tenths of what the scraper says in `X-Prometheus-Scrape-Timeout-Seconds`. The rendering
///   itself cannot be stopped: one that hangs keeps its place, and is joined, until it ends.
/// - What is **sent** to slow readers is not limited here: a rendering has its place until it is
///   done, and its bytes stay until the last of those who share it has read them. Limit the
///   connections in front of the app if strangers can reach the route.
/// - The **request metrics** do not count it, whatever it answers: it carries [`Unmetered`]. Inside
///   a request layer, each scrape shows itself in flight.
///
/// # Metrics
///
/// | Metric | Type | Labels | Counts |
/// |---|---|---|---|
/// | `tollgate_scrapes_total` | counter | code (`200`, `500`, `503`) | scrapes answered |
/// | `tollgate_scrape_duration_seconds` | histogram | – | renderings, compression included |
/// | `tollgate_series` | gauge | – | series at the last rendering ([`Exposition::series`]) |
///
/// A rendering that several scrapes share is one. A scrape's own numbers are in the next scrape.
///
/// # Panics
///
/// A scrape on a Tokio runtime whose timers are off: `#[tokio::main]` and `enable_all` switch them
/// on, and `axum::serve` needs them too where it cannot accept a connection.
///
/// # Examples
///
/// ```
/// use axum::Router;
/// use tollgate_axum::{Exposition, Guard, MetricsRoute, MountError, RouterExt};
///
/// fn metrics(exposition: impl Exposition) -> Result<Router, MountError> {
///     let route = MetricsRoute::new(exposition)
///         .guard(Guard::Open)
///         .max_concurrent_renders(2);
///     Router::new().mount_metrics_route("/metrics", route)
/// }
/// ```
#[must_use = "a route answers nothing until it is mounted"]
pub struct MetricsRoute {
    exposition: Arc<dyn Exposition>,
    guard: Option<Guard>,
    max_concurrent_renders: usize,
    timeout: Duration,
    before_render: Option<BeforeRender>,
    target: Target,
}

impl MetricsRoute {
    /// Serves `exposition`. The [`guard`](Self::guard) is still to be given.
    pub fn new<E: Exposition>(exposition: E) -> Self {
        Self {
            exposition: Arc::new(exposition),
            guard: None,
            max_concurrent_renders: 4,
            timeout: TIMEOUT,
            before_render: None,
            target: Target::default(),
        }
    }

    /// Says who may scrape. There is no default: a route that nobody guards has to say so with
    /// [`Guard::Open`].
    pub fn guard(mut self, guard: impl Into<Guard>) -> Self {
        self.guard = Some(guard.into());
        self
    }

    /// Renders at most `limit` representations at once, 4 unless set. 0 counts as 1.
    ///
    /// Scrapes that share a rendering count as one.
    pub fn max_concurrent_renders(mut self, limit: usize) -> Self {
        self.max_concurrent_renders = limit.max(1);
        self
    }

    /// Lets a scrape wait at most that long for its rendering, 10 seconds unless set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Does this before each rendering, once for all scrapes that share it: the place for values that
    /// have to be asked for.
    ///
    /// The rendering waits for it, and the [`timeout`](Self::timeout) covers both, so it should have
    /// a deadline of its own, as `ScrapeHooks` of `tollgate-collectors` has. It runs on the runtime's
    /// workers. If it panics the scrape is answered 500.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_axum::{Exposition, Guard, MetricsRoute};
    ///
    /// fn route(exposition: impl Exposition) -> MetricsRoute {
    ///     MetricsRoute::new(exposition)
    ///         .guard(Guard::Open)
    ///         .before_render(async || metrics::gauge!("orders_waiting").set(3))
    /// }
    /// ```
    pub fn before_render<F, R>(mut self, hook: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        self.before_render = Some(Arc::new(move || Box::pin(hook())));
        self
    }

    /// Records the route's own metrics with `recorder`, instead of the one that is installed when
    /// the first scrape comes.
    pub fn recorder(mut self, recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        self.target = Target::given(recorder);
        self
    }

    pub(crate) fn into_method_router<S>(self) -> Result<MethodRouter<S>, MountErrorKind>
    where
        S: Clone + Send + Sync + 'static,
    {
        let guard = self.guard.ok_or(MountErrorKind::Unguarded)?;
        let renderer = Arc::new(Renderer::new(
            self.exposition,
            self.max_concurrent_renders,
            self.before_render,
            self.target,
        ));
        let timeout = self.timeout;
        let route = get(move |headers: HeaderMap, uri: Uri| {
            let renderer = Arc::clone(&renderer);
            async move { scrape(&renderer, &headers, &uri, timeout).await }
        });
        let route = match guard {
            Guard::Open => route,
            Guard::MasterKey(keys) => route.layer(keys),
        };
        Ok(route.layer(MapResponseLayer::new(mark)))
    }
}

impl fmt::Debug for MetricsRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricsRoute")
            .field("guard", &self.guard)
            .field("max_concurrent_renders", &self.max_concurrent_renders)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

async fn scrape(
    renderer: &Arc<Renderer>,
    headers: &HeaderMap,
    uri: &Uri,
    timeout: Duration,
) -> Response {
    // Resolved here and not by the rendering, so that a recorder that is local to this thread is
    // found.
    let instruments = renderer.instruments();
    let representation = Representation::requested(headers, uri.query(), renderer.formats());
    let format = representation.request.format();
    let encoding = representation.encoding;

    let rendering = match renderer.render(representation) {
        Ok(rendering) => rendering,
        Err(Refusal::Busy) => {
            instruments.refused();
            return unavailable("too many scrapes are being rendered; try again in a second\n");
        }
        Err(Refusal::NoRuntime) => {
            tracing::error!("metrics are rendered on a Tokio runtime's threads, and there is none");
            instruments.failed();
            return could_not_render();
        }
    };
    let body = match time::timeout(patience(headers, timeout), rendering.body()).await {
        Ok(Some(body)) => body,
        Ok(None) => {
            instruments.failed();
            return could_not_render();
        }
        Err(_) => {
            tracing::warn!("metrics take longer to render than their scraper waits");
            instruments.refused();
            return unavailable("the metrics take too long to render; try again in a second\n");
        }
    };
    instruments.answered();
    let mut response = (
        [
            (CONTENT_TYPE, format.content_type()),
            (
                VARY,
                if cfg!(feature = "gzip") {
                    "Accept, Accept-Encoding"
                } else {
                    "Accept"
                },
            ),
        ],
        body,
    )
        .into_response();
    if let Some(encoding) = encoding.content_encoding() {
        response.headers_mut().insert(CONTENT_ENCODING, encoding);
    }
    response
}

fn unavailable(reason: &'static str) -> Response {
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [(RETRY_AFTER, "1")],
        reason,
    )
        .into_response()
}

fn could_not_render() -> Response {
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        "the metrics could not be rendered\n",
    )
        .into_response()
}

/// Marks every answer of the route, refusals of the guard and of the method included.
fn mark(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.extensions_mut().insert(Unmetered);
    response
}
