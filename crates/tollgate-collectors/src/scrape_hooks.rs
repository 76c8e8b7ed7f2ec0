//! Collectors that are asked for each scrape.

use std::{
    borrow::Cow,
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, OnceLock},
    time::Duration,
};

use metrics::{Counter, Key, Recorder, Unit};
use tokio::{
    sync::Mutex,
    time::{self, Instant},
};

use crate::{
    Collector,
    collection::{Collection, Name, collector_label},
    destination::Destination,
    metadata::METADATA,
};

const TIMEOUTS: &str = "tollgate_collector_timeouts_total";

/// Long for what is asked at every scrape, short for who scrapes.
const DEADLINE: Duration = Duration::from_secs(1);

/// Asks [`Collector`]s when somebody scrapes, no longer than a deadline.
///
/// All are asked at the same time. One that is not done at the deadline goes on without the scrape,
/// which shows its old values; it is not asked again before it is done. Scrapes that come while a
/// collector is being asked share what it finds out.
///
/// Besides the metrics of a [`Periodic`](crate::Periodic) collector there is
///
/// | Metric | Type | Labels | Counts |
/// |---|---|---|---|
/// | `tollgate_collector_timeouts_total` | counter | collector | scrapes that did not wait for it |
///
/// # Examples
///
/// [`run`](Self::run) is what the metrics route of `tollgate-axum` is to do before it renders:
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
///     .deadline(Duration::from_millis(500))
///     .hook("uptime", Uptime(std::time::Instant::now()));
/// let before_render = move || hooks.run();
/// # let _ = before_render;
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "hooks do nothing unless they are run"]
pub struct ScrapeHooks {
    hooks: Vec<Arc<Hook>>,
    deadline: Option<Duration>,
    destination: Destination,
}

impl ScrapeHooks {
    /// Starts without hooks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets a scrape wait that long for its hooks, 1 second unless set.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Records with `recorder`, instead of the global one.
    pub fn recorder(mut self, recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        self.destination = Destination::given(recorder);
        self
    }

    /// Asks this collector too. It is called `name` in its own metrics.
    pub fn hook(mut self, name: impl Into<Cow<'static, str>>, collector: impl Collector) -> Self {
        let name = name.into();
        self.hooks.push(Arc::new(Hook {
            name: name.clone(),
            timeouts: OnceLock::new(),
            collection: Arc::new(Mutex::new(Collection::new(name, collector))),
        }));
        self
    }

    /// Asks all collectors, and waits for them until the deadline.
    ///
    /// # Panics
    ///
    /// The future, outside of a Tokio runtime or on one whose timers are off.
    pub fn run(&self) -> impl Future<Output = ()> + Send + use<> {
        let Self {
            hooks,
            deadline,
            destination,
        } = self.clone();
        async move {
            let deadline = Instant::now() + deadline.unwrap_or(DEADLINE);
            let asked: Vec<_> = hooks.iter().map(|hook| hook.ask(&destination)).collect();
            for (hook, done) in hooks.iter().zip(asked) {
                if time::timeout_at(deadline, done).await.is_err() {
                    hook.timeouts(&destination).increment(1);
                }
            }
        }
    }
}

/// A collector that one run at a time can ask.
struct Hook {
    name: Name,
    timeouts: OnceLock<Counter>,
    collection: Arc<Mutex<dyn Run>>,
}

type Done = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Hook {
    /// Asks the collector, or joins who asks it already.
    fn ask(&self, destination: &Destination) -> Done {
        self.timeouts(destination);
        let collection = Arc::clone(&self.collection);
        let Ok(mut free) = Arc::clone(&collection).try_lock_owned() else {
            return Box::pin(async move { drop(collection.lock().await) });
        };
        let destination = destination.clone();
        // A task of its own, which goes on when the scrape does not wait for it.
        let task = tokio::spawn(async move { free.run(&destination).await });
        Box::pin(async move { drop(task.await) })
    }

    /// The counter of timeouts, registered at 0 before there is one.
    fn timeouts(&self, destination: &Destination) -> &Counter {
        self.timeouts.get_or_init(|| {
            destination.with(|recorder| {
                recorder.describe_counter(
                    TIMEOUTS.into(),
                    Some(Unit::Count),
                    "Scrapes that went on without waiting for a collector any longer.".into(),
                );
                let key = Key::from_parts(TIMEOUTS, collector_label(&self.name));
                recorder.register_counter(&key, &METADATA)
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

/// A [`Collection`] of any collector.
trait Run: Send {
    fn run<'a>(
        &'a mut self,
        destination: &'a Destination,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;
}

impl<C: Collector> Run for Collection<C> {
    fn run<'a>(
        &'a mut self,
        destination: &'a Destination,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(Collection::run(self, destination))
    }
}
