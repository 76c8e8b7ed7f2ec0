//! The metrics route and its settings.

use std::{future::Future, sync::Arc, time::Duration};

use axum::{
    http::{HeaderMap, Uri},
    routing::{MethodRouter, get},
};
use metrics::Recorder;
use tollgate_exposition::Exposition;
use tollgate_families::Target;
use tower::util::MapResponseLayer;

use super::{
    preparation::Preparation,
    reader::{MetricsReader, mark},
    render::Renderer,
};
use crate::Guard;

/// Prometheus' own default.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The metrics route: an exposition, its guard, and the limits of scrapes.
///
/// Mount it with [`RouterExt::mount_metrics_route`](crate::RouterExt::mount_metrics_route).
///
/// # Answers
///
/// | Request | Answer |
/// |---|---|
/// | without a key that the guard asks for, by any method | the guard's, and nothing else happens |
/// | GET | 200 and the exposition |
/// | HEAD | the same without the body |
/// | any other method | 405 with `Allow` |
/// | while too many others are rendered | 503 with `Retry-After: 1` |
/// | when the rendering takes too long | 503 with `Retry-After: 1` |
/// | when the exposition fails, or it or the hook before it panics | 500 without the reason |
///
/// - The **format** is the one that `Accept` prefers of those that the exposition offers, by its
///   weights. If none is acceptable it is the exposition's default.
/// - The body is compressed with **gzip** if `Accept-Encoding` asks for it (feature `gzip`).
/// - `?name[]=http_request_total&name[]=up` **filters** by the names of families, or of their
///   samples.
/// - Nothing may **cache** an answer (`Cache-Control: no-store`).
/// - A **rendering** happens on a thread that may block, never on the runtime's workers. Scrapes
///   that ask for the same representation (format, encoding and names) while it is rendered share
///   one rendering, which goes on if the first of them hangs up.
/// - A scrape **waits** for its hook and its rendering no longer than the [`timeout`](Self::timeout), nor than
///   nine tenths of `X-Prometheus-Scrape-Timeout-Seconds`. The rendering itself cannot be stopped:
///   one that hangs keeps its place, and is joined, until it ends.
/// - **Slow readers** are not limited here: a rendering has its place until it is done, and its bytes
///   stay until the last of the scrapes that share it has read them. Limit the connections in front
///   of the app if strangers can reach the route.
/// - The **request metrics** do not count it, whatever it answers: it carries
///   [`Unmetered`](tollgate_http::Unmetered). Inside a request layer, each scrape shows itself in
///   flight.
///
/// # Metrics
///
/// | Metric | Type | Labels | Counts |
/// |---|---|---|---|
/// | `tollgate_scrapes_total` | counter | code (`200`, `500`, `503`) | scrapes answered |
/// | `tollgate_scrape_duration_seconds` | histogram | – | renderings, compression included |
/// | `tollgate_series` | gauge | – | series in the last rendering of everything |
///
/// A rendering that several scrapes share is one. Prometheus counts each sample as a series: every
/// bucket of a histogram is one. A scrape's own numbers are in the next scrape.
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
/// use tollgate_axum::{Guard, MetricsPath, MetricsRoute, RouterExt};
/// use tollgate_exposition::Exposition;
///
/// fn metrics(exposition: impl Exposition) -> Router {
///     let route = MetricsRoute::new(exposition, Guard::Open).max_concurrent_renders(2);
///     Router::new().mount_metrics_route(&MetricsPath::default(), route)
/// }
/// ```
#[must_use = "a route answers nothing until it is mounted"]
#[derive(Debug)]
pub struct MetricsRoute {
    guard: Guard,
    timeout: Duration,
    renderer: Renderer,
}

impl MetricsRoute {
    /// Serves `exposition` to all that `guard` lets through.
    pub fn new<E: Exposition>(exposition: E, guard: impl Into<Guard>) -> Self {
        Self {
            guard: guard.into(),
            timeout: TIMEOUT,
            renderer: Renderer::new(Arc::new(exposition)),
        }
    }

    /// Renders at most `limit` representations at once, 4 by default. 0 counts as 1.
    ///
    /// Scrapes that share a rendering count as one.
    pub fn max_concurrent_renders(mut self, limit: usize) -> Self {
        self.renderer.limit(limit.max(1));
        self
    }

    /// Sets how long a scrape may wait for its rendering, 10 seconds by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Runs `hook` before renderings, once for all scrapes at the same time: the place to fetch values.
    ///
    /// A scrape waits for it for three quarters of its time, and shows the old values then. The hook
    /// goes on, and the scrapes that follow wait for it rather than run it again. The deadline
    /// before that is [`scrape_deadline`](tollgate_families::scrape_deadline), which `ScrapeHooks` of
    /// `tollgate-collectors` keeps to. The hook runs on the runtime's workers. If it panics the scrape is
    /// answered 500.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_axum::{Guard, MetricsRoute};
    /// use tollgate_exposition::Exposition;
    ///
    /// fn route(exposition: impl Exposition) -> MetricsRoute {
    ///     MetricsRoute::new(exposition, Guard::Open)
    ///         .before_render(async || metrics::gauge!("orders_waiting").set(3))
    /// }
    /// ```
    pub fn before_render<F, R>(mut self, hook: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        self.renderer.preparation = Some(Preparation::new(hook));
        self
    }

    /// Records the route's own metrics with `recorder`, instead of the one that is installed at the
    /// first scrape.
    pub fn recorder(mut self, recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        self.renderer.target = Target::given(recorder);
        self
    }

    // For `tollgate-management`, whose router asks for keys itself.
    #[doc(hidden)]
    pub fn into_reader(self) -> MetricsReader {
        MetricsReader {
            renderer: Arc::new(self.renderer),
            timeout: self.timeout,
        }
    }

    // For the suite, which adds a layer of its own.
    #[doc(hidden)]
    pub fn into_method_router<S>(self) -> MethodRouter<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let guard = self.guard.clone();
        let reader = self.into_reader();
        let route = get(move |headers: HeaderMap, uri: Uri| {
            let reader = reader.clone();
            async move { reader.answer(&headers, uri.query()).await }
        });
        let route = match guard {
            Guard::Open => route,
            Guard::MasterKey(keys) => route.layer(keys),
        };
        route.layer(MapResponseLayer::new(mark))
    }
}
