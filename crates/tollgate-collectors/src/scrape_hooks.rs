//! Collectors that are asked at each scrape.

use std::{
    borrow::Cow,
    fmt,
    future::Future,
    sync::{Arc, OnceLock},
    time::Duration,
};

use futures_util::future::BoxFuture;
use metrics::{Counter, SharedString};
use tokio::{
    sync::Mutex,
    time::{self, Instant},
};
use tollgate_families::{
    Collector, Families, MAX_WAIT, family_setters, scrape_deadline, with_scrape_deadline,
};

use crate::{
    collection::{Collection, CollectorLabel, CollectorMetric},
    owner::Owners,
};

/// Long for a collector, short for a scraper.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(1);

/// Set of [`Collector`]s that are asked at each scrape, within a timeout.
///
/// All are asked at the same time, and know how long the scrape waits by
/// [`scrape_deadline`](crate::scrape_deadline). A late collector goes on without the scrape, which shows its old
/// values, and is not asked again before it has finished. Simultaneous scrapes share a collection. A series
/// has one collector of a set: the collections of another one that sets it fail.
///
/// Besides the metrics of a [`Periodic`](crate::Periodic) collector there is
///
/// | Metric | Type | Labels | Counts |
/// |---|---|---|---|
/// | `tollgate_collector_timeouts_total` | counter | collector | scrapes that stopped waiting for it |
///
/// # Examples
///
/// The metrics route of `tollgate-axum` calls [`run`](Self::run) before it renders:
///
/// ```
/// use std::time::Duration;
/// use tollgate_collectors::{BoxError, Collector, ScrapeHooks, Stage};
///
/// struct Uptime(std::time::Instant);
///
/// impl Collector for Uptime {
///     async fn collect(&mut self, stage: &mut Stage) -> Result<(), BoxError> {
///         stage.gauge("uptime_seconds", &[] as &[(&str, &str)], self.0.elapsed());
///         Ok(())
///     }
/// }
///
/// let hooks = ScrapeHooks::new()
///     .hook_timeout(Duration::from_millis(500))
///     .hook("uptime", Uptime(std::time::Instant::now()));
/// let before_render = move || hooks.run();
/// # let _ = before_render;
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "hooks do nothing unless they are run"]
pub struct ScrapeHooks {
    hooks: Vec<Arc<Hook>>,
    timeout: Option<Duration>,
    owners: Owners,
    families: Families<CollectorMetric>,
}

impl ScrapeHooks {
    /// Returns an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how long a scrape waits for its hooks: 1 second by default, and never longer than its scraper
    /// waits.
    pub fn hook_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    family_setters!(recorder);

    /// Adds a collector, with its name in its own metrics.
    pub fn hook(mut self, name: impl Into<Cow<'static, str>>, collector: impl Collector) -> Self {
        let owners = Arc::clone(&self.owners);
        let hook = Hook::new(name.into().into(), owners, collector);
        self.hooks.push(Arc::new(hook));
        self
    }

    /// Asks all collectors, and waits for them until the timeout.
    ///
    /// # Panics
    ///
    /// The future panics outside of a Tokio runtime, and on one whose timers are off.
    pub fn run(&self) -> impl Future<Output = ()> + Send + use<> {
        let Self {
            hooks,
            timeout,
            families,
            ..
        } = self.clone();
        async move {
            let deadline = Instant::now() + timeout.unwrap_or(DEFAULT_TIMEOUT).min(MAX_WAIT);
            let deadline = scrape_deadline().map_or(deadline, |end| deadline.min(end.into()));
            let ask = |hook: &Arc<Hook>| {
                let timeouts = hook.timeouts(&families).clone();
                (timeouts, (hook.ask)(families.clone(), deadline))
            };
            let asked: Vec<_> = hooks.iter().map(ask).collect();
            for (timeouts, done) in asked {
                if time::timeout_at(deadline, done).await.is_err() {
                    timeouts.increment(1);
                }
            }
        }
    }
}

/// Collector that one run at a time can ask.
struct Hook {
    name: SharedString,
    _life: Arc<()>,
    timeouts: OnceLock<Counter>,
    /// Asks the collector, or waits for the run that asks it already.
    ask: Box<dyn Fn(Families<CollectorMetric>, Instant) -> BoxFuture<'static, ()> + Send + Sync>,
}

impl Hook {
    fn new(name: SharedString, owners: Owners, collector: impl Collector) -> Self {
        let life = Arc::default();
        let collection = Collection::new(name.clone(), &life, owners, collector);
        let collection = Arc::new(Mutex::new(collection));
        let ask = move |families, deadline: Instant| -> BoxFuture<'static, ()> {
            let collection = Arc::clone(&collection);
            let Ok(mut free) = Arc::clone(&collection).try_lock_owned() else {
                return Box::pin(async move { drop(collection.lock().await) });
            };
            // A task of its own goes on when the scrape stops waiting.
            let run = async move { free.run(&families).await };
            let task = tokio::spawn(with_scrape_deadline(deadline.into_std(), run));
            Box::pin(async move { drop(task.await) })
        };
        Self {
            name,
            _life: life,
            timeouts: OnceLock::new(),
            ask: Box::new(ask),
        }
    }

    /// Returns the counter of timeouts, which starts at 0.
    fn timeouts(&self, families: &Families<CollectorMetric>) -> &Counter {
        self.timeouts.get_or_init(|| {
            families.counter(CollectorMetric::Timeouts, |CollectorLabel::Collector| {
                self.name.clone()
            })
        })
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
