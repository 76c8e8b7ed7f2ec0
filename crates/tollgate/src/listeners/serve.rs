//! The app and the suite's own listeners, served together.

#[cfg(feature = "management")]
use std::sync::Arc;
use std::{convert::Infallible, fmt, future::IntoFuture, io, time::Duration};

use axum::{
    extract::Request,
    response::Response,
    serve::{IncomingStream, Listener},
};
use futures_util::{
    FutureExt,
    future::{BoxFuture, join_all, pending},
};
use tokio::{sync::watch, time};
use tower_service::Service;

use super::{
    Address,
    metrics::{self, Own},
    shutdown::signals,
};
use crate::{Error, Tollgate};

/// The longest time that requests in flight may take to end, unless set.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest wait for the last scrape, unless set. With the drain it is shorter than the 30 seconds that
/// Kubernetes waits.
const LAST_SCRAPE_TIMEOUT: Duration = Duration::from_secs(15);

/// A server of the app and the suite's own listeners, which drains them at the end.
///
/// [`Tollgate::serve`], [`Tollgate::serve_metrics`] and [`Tollgate::bind_metrics`] return it; await it,
/// or spawn the future of its `into_future`.
///
/// # How it ends
///
/// Told to stop, it goes through these steps:
///
/// 1. Management endpoints report that the app is not ready. A [shutdown delay](Self::shutdown_delay)
///    gives load balancers time to notice.
/// 2. The app accepts no more connections, closes idle ones and lets requests in flight end. After the
///    [drain timeout](Self::drain_timeout) the log says that some have not, and they are left to the
///    runtime.
/// 3. The metrics' own listener waits for a last scrape, which reads what these requests have counted:
///    for at most the [last scrape timeout](Self::last_scrape_timeout), or a second if nobody has scraped
///    it before. If there is none, management endpoints that were scraped before wait as long.
/// 4. The listeners of the metrics and the management endpoints are closed.
///
/// A second SIGTERM or Ctrl-C ends the process at once, and so does each after the future has ended.
/// Dropped, the future stops at once: listeners are closed, and requests in flight are cut off.
///
/// A suite with a gateway pushes its metrics meanwhile, and a last time once the listeners are
/// drained, except with [`Tollgate::bind_metrics`].
#[must_use = "nothing is served until it is awaited"]
pub struct Serve {
    app: Option<App>,
    /// The suite that serves and pushes its metrics.
    suite: Option<Tollgate>,
    /// The metrics' own listener, if it is bound already.
    bound: Option<Own>,
    shutdown: Shutdown,
    shutdown_delay: Duration,
    drain_timeout: Duration,
    last_scrape_timeout: Duration,
}

/// A function that starts the app's server, which ends once the future completes and it is drained.
type App = Box<dyn FnOnce(BoxFuture<'static, ()>) -> BoxFuture<'static, ()> + Send>;

/// A function that starts to wait for the signal to stop.
type Shutdown = Box<dyn FnOnce() -> io::Result<BoxFuture<'static, ()>> + Send>;

impl Tollgate {
    /// Serves the app, and the metrics if they have a
    /// [listener of their own](crate::TollgateBuilder::metrics_address), until SIGTERM or Ctrl-C, and
    /// drains both.
    ///
    /// The app is served as it is: [wrap](Self::wrap) it before. The suite's own listeners are bound
    /// when the future starts, before the app accepts connections. [`Serve`] describes the end, and
    /// other signals for it.
    ///
    /// # Errors
    ///
    /// The future's: if an own listener cannot be bound, with its address and the setting that led
    /// there, or if signals cannot be listened for.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use axum::{Router, routing::get};
    /// use tokio::net::TcpListener;
    /// use tollgate::Tollgate;
    ///
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let tollgate = Tollgate::builder()
    ///     .enabled(true)
    ///     .metrics_address("127.0.0.1:2112".parse()?)
    ///     .build()?;
    /// let app = tollgate.wrap(Router::new().route("/", get(|| async { "hello" })));
    /// let listener = TcpListener::bind("127.0.0.1:3000").await?;
    /// tollgate.serve(listener, app).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn serve<L, M, S>(&self, listener: L, app: M) -> Serve
    where
        L: Listener<Addr: fmt::Debug>,
        M: for<'a> Service<IncomingStream<'a, L>, Error = Infallible, Response = S, Future: Send>
            + Send
            + 'static,
        S: Service<Request, Response = Response, Error = Infallible, Future: Send>
            + Clone
            + Send
            + 'static,
    {
        let app: App = Box::new(move |stopped| {
            axum::serve(listener, app)
                .with_graceful_shutdown(stopped)
                .into_future()
                .map(drop) // never an error, axum says
                .boxed()
        });
        Serve {
            app: Some(app),
            shutdown: Box::new(|| Ok(signals()?.boxed())),
            ..self.serve_metrics()
        }
    }

    /// Binds the metrics' own listener and serves it, for programs without an app whose work runs
    /// beside this future.
    ///
    /// It runs until it is dropped, or [told to stop](Serve::with_graceful_shutdown), even with
    /// nothing to serve.
    ///
    /// # Errors
    ///
    /// The future's: as [`bind_metrics`](Self::bind_metrics). A spawned future hides them: bind first
    /// then.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use tollgate::Tollgate;
    ///
    /// # async fn run(jobs: impl Future<Output = ()>) -> Result<(), tollgate::Error> {
    /// let tollgate = Tollgate::from_env()?;
    /// tokio::select! {
    ///     served = tollgate.serve_metrics().into_future() => served,
    ///     () = jobs => Ok(()),
    /// }
    /// # }
    /// ```
    pub fn serve_metrics(&self) -> Serve {
        Serve::new(Some(self.clone()), None)
    }

    /// Binds the metrics' own listener, for programs that serve their app by themselves, or have no
    /// app. Await or spawn the returned server then; clients wait until it runs.
    /// Dropped, it closes the listener and removes a Unix socket.
    ///
    /// Binds nothing if the suite is disabled or its metrics are on the app's port.
    ///
    /// # Errors
    ///
    /// If the address is taken or cannot be listened on: the message has the address and the setting
    /// that led there.
    ///
    /// # Panics
    ///
    /// On a Tokio runtime whose I/O is off.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use axum::{Router, routing::get};
    /// use tokio::net::TcpListener;
    /// use tollgate::Tollgate;
    ///
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let tollgate = Tollgate::from_env()?;
    /// let app = tollgate.wrap(Router::new().route("/", get(|| async { "hello" })));
    /// let metrics = tollgate.bind_metrics().await?;
    /// tokio::spawn(metrics.into_future());
    /// axum::serve(TcpListener::bind("127.0.0.1:3000").await?, app).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn bind_metrics(&self) -> Result<Serve, Error> {
        let bound = metrics::bind(self).await?;
        Ok(Serve::new(None, bound))
    }
}

impl Serve {
    fn new(suite: Option<Tollgate>, bound: Option<Own>) -> Self {
        Self {
            app: None,
            suite,
            bound,
            shutdown: Box::new(|| Ok(pending().boxed())),
            shutdown_delay: Duration::ZERO,
            drain_timeout: DRAIN_TIMEOUT,
            last_scrape_timeout: LAST_SCRAPE_TIMEOUT,
        }
    }

    /// Returns the address of the metrics' own listener, with the port that was free, or a Unix socket's
    /// whole path. None if it is not [bound](Tollgate::bind_metrics) yet, the suite is disabled or its
    /// metrics are on the app's port.
    pub fn address(&self) -> Option<Address> {
        self.bound.as_ref()?.socket.address()
    }

    /// Serves the metrics on the listener of `metrics`, [bound](Tollgate::bind_metrics) before, instead
    /// of binding one: for programs that need its [address](Self::address) first.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use axum::Router;
    /// use tokio::net::TcpListener;
    /// use tollgate::Tollgate;
    ///
    /// # async fn run(app: Router) -> Result<(), Box<dyn std::error::Error>> {
    /// let tollgate = Tollgate::from_env()?;
    /// let metrics = tollgate.bind_metrics().await?;
    /// println!("metrics: {:?}", metrics.address());
    /// let listener = TcpListener::bind("127.0.0.1:3000").await?;
    /// tollgate.serve(listener, app).with_metrics(metrics).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_metrics(mut self, metrics: Self) -> Self {
        self.bound = metrics.bound;
        self
    }

    /// Stops when `signal` completes. The default is SIGTERM or Ctrl-C for [`Tollgate::serve`], and
    /// never for the others.
    pub fn with_graceful_shutdown(
        mut self,
        signal: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        self.shutdown = Box::new(|| Ok(signal.boxed()));
        self
    }

    /// Accepts connections for this time after it is told to stop, while management endpoints already
    /// report that the app is not ready; zero unless set.
    pub fn shutdown_delay(mut self, delay: Duration) -> Self {
        self.shutdown_delay = delay;
        self
    }

    /// Waits for requests in flight for at most this time, 10 seconds unless set, and for scrapes after
    /// them as long.
    pub fn drain_timeout(mut self, deadline: Duration) -> Self {
        self.drain_timeout = deadline;
        self
    }

    /// Waits for a scrape of what the drained requests have counted for at most this time, 15 seconds
    /// unless set. Give it Prometheus' scrape interval, or zero.
    pub fn last_scrape_timeout(mut self, timeout: Duration) -> Self {
        self.last_scrape_timeout = timeout;
        self
    }

    async fn run(self) -> Result<(), Error> {
        let asked = (self.shutdown)().map_err(|e| {
            let message = format!("cannot listen for SIGTERM and Ctrl-C: {e}");
            Error::telling(message, e).of_listener()
        })?;
        let bound = match (self.bound, &self.suite) {
            (None, Some(suite)) => metrics::bind(suite).await?,
            (bound, _) => bound,
        };
        // Dropping this future drops them too, and ends the servers' connections.
        let (stop, stopped) = watch::channel(());
        let (stop_last, stopped_last) = watch::channel(());
        let has_app = self.app.is_some();
        let app = match self.app {
            Some(serve) => serve(told(&stopped).boxed()),
            None => told(&stopped).boxed(),
        };
        let mut last = vec![told(&stopped_last).boxed()];
        let mut scrapes = None;
        if let Some(own) = bound {
            last.push(own.socket.serve(own.router, told(&stopped_last)));
            scrapes = Some(own.scrapes).filter(|_| has_app);
        }
        #[cfg(feature = "management")]
        let management = self
            .suite
            .as_ref()
            .and_then(|suite| suite.management.clone());
        #[cfg(feature = "management")]
        if let Some(management) = &management {
            last.push(management.serve(told(&stopped_last)).await?);
        }
        #[cfg(feature = "push")]
        let pushing = self.suite.map(|suite| suite.pushing());

        let late = async {
            asked.await;
            tracing::info!("shutting down");
            #[cfg(feature = "management")]
            if let Some(management) = &management {
                management.refuse_traffic();
            }
            time::sleep(self.shutdown_delay).await;
            drop(stop);
            time::sleep(self.drain_timeout).await;
        };
        let drained = async {
            tokio::select! {
                () = app => {}
                () = late => warn_of_dropped("requests", self.drain_timeout),
            }
            #[cfg(feature = "management")]
            let scrapes = scrapes.or_else(|| {
                let managed = Arc::clone(&management.as_ref().filter(|_| has_app)?.scrapes);
                managed.were_answered().then_some(managed)
            });
            if let Some(scrapes) = scrapes {
                scrapes.last(self.last_scrape_timeout).await;
            }
            drop(stop_last);
            time::sleep(self.drain_timeout).await;
        };
        tokio::select! {
            _ = join_all(last) => {}
            () = drained => warn_of_dropped("scrapes", self.drain_timeout),
        }
        #[cfg(feature = "push")]
        if let Some(pushing) = pushing {
            pushing.finish().await;
        }
        Ok(())
    }
}

impl IntoFuture for Serve {
    type Output = Result<(), Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.run().boxed()
    }
}

fn warn_of_dropped(what: &str, timeout: Duration) {
    tracing::warn!("{what} were still in flight after {timeout:?} and are dropped");
}

/// Completes when the other end of the channel is dropped.
fn told(channel: &watch::Receiver<()>) -> impl Future<Output = ()> + Send + use<> {
    let mut channel = channel.clone();
    async move { drop(channel.changed().await) }
}

impl fmt::Debug for Serve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve").finish_non_exhaustive()
    }
}
