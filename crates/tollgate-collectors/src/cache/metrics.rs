//! What a cache is asked, and what becomes of it.

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, OnceLock},
};

use metrics::{Counter, Label, Recorder, SharedString};

use crate::{
    cache::names::{CacheMetric, CacheNames, METRICS},
    destination::Destination,
};

/// Counts what a cache is asked, and what becomes of it.
///
/// A cache that is not moka's calls it where something happens. Clones count together. The recorder
/// is asked for the series once, when the first is needed.
///
/// # Examples
///
/// ```
/// use std::{collections::HashMap, sync::Mutex};
/// use tollgate_collectors::cache::CacheMetrics;
///
/// struct Users {
///     by_id: Mutex<HashMap<u64, String>>,
///     metrics: CacheMetrics,
/// }
///
/// impl Users {
///     fn get(&self, id: u64) -> Option<String> {
///         let found = self.by_id.lock().unwrap().get(&id).cloned();
///         self.metrics.get(found.is_some());
///         found
///     }
/// }
///
/// let users = Users { by_id: Mutex::default(), metrics: CacheMetrics::new("users") };
/// assert_eq!(users.get(1), None);
/// ```
#[derive(Clone)]
pub struct CacheMetrics {
    shared: Arc<Shared>,
}

/// Why an entry was evicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Eviction {
    /// `expired`: it was there for too long.
    Expired,
    /// `size`: there was no room.
    Size,
}

struct Shared {
    cache: SharedString,
    names: CacheNames,
    destination: Destination,
    instruments: OnceLock<Instruments>,
}

struct Instruments {
    gets: Counter,
    hits: Counter,
    misses: Counter,
    fails: Counter,
    inserts: Counter,
    invalidations: Counter,
    expired: Counter,
    size: Counter,
}

impl CacheMetrics {
    /// Counts for a cache that the label `cache` calls by this name.
    pub fn new(cache: impl Into<SharedString>) -> Self {
        Self::to(
            cache.into(),
            CacheNames::new(&METRICS),
            Destination::default(),
        )
    }

    /// Records into this recorder instead of the global one.
    #[must_use]
    pub fn recorder(self, recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        let Shared { cache, names, .. } = self.shared.as_ref();
        Self::to(cache.clone(), names.clone(), Destination::given(recorder))
    }

    /// Puts a namespace before each name: `django` → `django_cache_get_total`.
    #[must_use]
    pub fn namespace(self, namespace: impl Into<Cow<'static, str>>) -> Self {
        let Shared {
            cache,
            names,
            destination,
            ..
        } = self.shared.as_ref();
        let mut names = names.clone();
        names.set_namespace(namespace.into());
        Self::to(cache.clone(), names, destination.clone())
    }

    /// Counts a get, by whether it found something.
    #[inline]
    pub fn get(&self, is_hit: bool) {
        let instruments = self.instruments();
        instruments.gets.increment(1);
        let outcome = if is_hit {
            &instruments.hits
        } else {
            &instruments.misses
        };
        outcome.increment(1);
    }

    /// Counts a get that failed: the cache, or who was to fill it, did not answer.
    pub fn fail(&self) {
        let instruments = self.instruments();
        instruments.gets.increment(1);
        instruments.fails.increment(1);
    }

    /// Counts an entry that was inserted, or replaced.
    #[inline]
    pub fn insert(&self) {
        self.instruments().inserts.increment(1);
    }

    /// Counts an entry that the app took out.
    pub fn invalidate(&self) {
        self.instruments().invalidations.increment(1);
    }

    /// Counts an entry that the cache took out.
    pub fn evict(&self, cause: Eviction) {
        let instruments = self.instruments();
        let evictions = match cause {
            Eviction::Expired => &instruments.expired,
            Eviction::Size => &instruments.size,
        };
        evictions.increment(1);
    }

    /// Counts an entry that moka tells a listener of.
    #[cfg(feature = "moka")]
    pub fn remove(&self, cause: moka::notification::RemovalCause) {
        use moka::notification::RemovalCause;

        match cause {
            RemovalCause::Expired => self.evict(Eviction::Expired),
            RemovalCause::Size => self.evict(Eviction::Size),
            RemovalCause::Explicit => self.invalidate(),
            RemovalCause::Replaced => {}
        }
    }

    /// Puts a gauge on a stage.
    #[cfg(feature = "periodic")]
    pub(crate) fn stage(&self, stage: &mut crate::Stage, metric: CacheMetric, value: f64) {
        if let Some(name) = self.shared.names.name(metric as usize) {
            stage.gauge(name, vec![self.shared.label()], value);
        }
    }

    #[cfg(feature = "periodic")]
    pub(crate) fn names(&self) -> &CacheNames {
        &self.shared.names
    }

    fn to(cache: SharedString, names: CacheNames, destination: Destination) -> Self {
        Self {
            shared: Arc::new(Shared {
                cache,
                names,
                destination,
                instruments: OnceLock::new(),
            }),
        }
    }

    #[inline]
    fn instruments(&self) -> &Instruments {
        self.shared
            .instruments
            .get_or_init(|| self.shared.register())
    }
}

impl Shared {
    fn label(&self) -> Label {
        Label::new("cache", self.cache.clone())
    }

    /// Describes the metrics, and registers them all at zero.
    #[cold]
    fn register(&self) -> Instruments {
        self.destination.with(|recorder| {
            self.names.describe(recorder);
            let counter = |metric: CacheMetric, cause: Option<&'static str>| {
                let mut labels = vec![self.label()];
                labels.extend(cause.map(|cause| Label::from_static_parts("cause", cause)));
                self.names.counter(recorder, metric as usize, &labels)
            };
            Instruments {
                gets: counter(CacheMetric::Gets, None),
                hits: counter(CacheMetric::Hits, None),
                misses: counter(CacheMetric::Misses, None),
                fails: counter(CacheMetric::Fails, None),
                inserts: counter(CacheMetric::Inserts, None),
                invalidations: counter(CacheMetric::Invalidations, None),
                expired: counter(CacheMetric::Evictions, Some("expired")),
                size: counter(CacheMetric::Evictions, Some("size")),
            }
        })
    }
}

impl fmt::Debug for CacheMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheMetrics")
            .field("cache", &self.shared.cache)
            .finish_non_exhaustive()
    }
}
