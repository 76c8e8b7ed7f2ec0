//! The metrics' own listener.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use tokio::{sync::Notify, time};
use tollgate_families::Families;

use super::socket::Socket;
use crate::{Error, Tollgate, catalogue::SuiteMetric};

/// The time that a second scraper has after the first one's last scrape.
const SECOND_SCRAPER: Duration = Duration::from_secs(1);

/// The metrics' own listener, bound.
pub(super) struct Own {
    pub(super) socket: Socket,
    pub(super) router: Router,
    pub(super) scrapes: Arc<Scrapes>,
}

/// Binds the listener of a suite's metrics. A suite that is disabled, or has its metrics on the app's
/// port, has none.
pub(super) async fn bind(suite: &Tollgate) -> Result<Option<Own>, Error> {
    let enabled = suite.enabled.as_ref();
    let own = enabled.and_then(|enabled| Some((enabled, enabled.metrics_listener.as_ref()?)));
    let Some((enabled, target)) = own else {
        tracing::debug!("prometheus metrics have no listener of their own");
        return Ok(None);
    };
    let socket = target.bind().await?;
    if let Some(address) = socket.address() {
        tracing::info!(%address, "prometheus metrics have a listener of their own");
        if let Some(port) = address.port() {
            let families = Families::default();
            let gauge = families.gauge(SuiteMetric::MetricsPort, |label| match label {});
            gauge.set(port);
        }
    }
    let scrapes = Arc::new(Scrapes::default());
    let noted = from_fn_with_state(Arc::clone(&scrapes), Scrapes::note);
    Ok(Some(Own {
        socket,
        router: enabled.mount(Router::new()).layer(noted),
        scrapes,
    }))
}

/// Scrapes of the listener, which lets a last one read what the app's drained requests have left.
#[derive(Debug, Default)]
pub(super) struct Scrapes {
    were_answered: AtomicBool,
    app_is_drained: AtomicBool,
    last_is_answered: Notify,
}

impl Scrapes {
    /// Waits for a scrape that begins from now on, only shortly if there has been none before.
    pub(super) async fn last(&self, timeout: Duration) {
        self.app_is_drained.store(true, Ordering::SeqCst);
        let short = timeout.min(SECOND_SCRAPER);
        let is_scraped = self.were_answered.load(Ordering::SeqCst);
        let timeout = if is_scraped { timeout } else { short };
        tracing::info!("waiting for a last scrape for at most {timeout:?}");
        if time::timeout(timeout, self.last_is_answered.notified())
            .await
            .is_ok()
        {
            time::sleep(short).await;
        }
    }

    /// Whether there has been a scrape.
    #[cfg(feature = "management")]
    pub(super) fn were_answered(&self) -> bool {
        self.were_answered.load(Ordering::SeqCst)
    }

    /// Notes the scrapes among the requests to management endpoints.
    #[cfg(feature = "management")]
    pub(super) async fn note_beside_others(
        scrapes: State<Arc<Self>>,
        request: Request,
        next: Next,
    ) -> Response {
        match request.uri().path() {
            "/metrics" | "/prometheus" => Self::note(scrapes, request, next).await,
            _ => next.run(request).await,
        }
    }

    async fn note(State(scrapes): State<Arc<Self>>, request: Request, next: Next) -> Response {
        let is_last = scrapes.app_is_drained.load(Ordering::SeqCst);
        let response = next.run(request).await;
        if response.status().is_success() {
            scrapes.were_answered.store(true, Ordering::SeqCst);
            if is_last {
                scrapes.last_is_answered.notify_one();
            }
        }
        response
    }
}
