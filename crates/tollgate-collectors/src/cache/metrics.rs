//! What a cache is asked, and what becomes of it.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use metrics::{Counter, Key, Label, Recorder, SharedString, Unit};

use crate::{destination::Destination, metadata::METADATA};

const GETS: &str = "cache_get_total";
const HITS: &str = "cache_get_hits_total";
const MISSES: &str = "cache_get_misses_total";
const FAILS: &str = "cache_get_fail_total";
const INSERTS: &str = "cache_inserts_total";
const INVALIDATIONS: &str = "cache_invalidations_total";
const EVICTIONS: &str = "cache_evictions_total";

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
        Self::to(cache.into(), Destination::default())
    }

    /// Records into this recorder instead of the global one.
    #[must_use]
    pub fn recorder(self, recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        Self::to(self.shared.cache.clone(), Destination::given(recorder))
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

    /// The labels of what has no others.
    #[cfg(feature = "periodic")]
    pub(crate) fn labels(&self) -> Vec<Label> {
        vec![Label::new("cache", self.shared.cache.clone())]
    }

    fn to(cache: SharedString, destination: Destination) -> Self {
        Self {
            shared: Arc::new(Shared {
                cache,
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
    /// Describes the metrics, and registers them all at zero.
    #[cold]
    fn register(&self) -> Instruments {
        self.destination.with(|recorder| {
            for (name, description) in [
                (GETS, "Gets of a cache."),
                (HITS, "Gets that found an entry."),
                (MISSES, "Gets that found no entry."),
                (FAILS, "Gets that failed."),
                (INSERTS, "Entries inserted or replaced."),
                (INVALIDATIONS, "Entries that the app took out."),
                (EVICTIONS, "Entries that the cache took out, by why."),
            ] {
                recorder.describe_counter(name.into(), Some(Unit::Count), description.into());
            }
            let counter = |name: &'static str, cause: Option<&'static str>| {
                let mut labels = vec![Label::new("cache", self.cache.clone())];
                labels.extend(cause.map(|cause| Label::from_static_parts("cause", cause)));
                recorder.register_counter(&Key::from_parts(name, labels), &METADATA)
            };
            Instruments {
                gets: counter(GETS, None),
                hits: counter(HITS, None),
                misses: counter(MISSES, None),
                fails: counter(FAILS, None),
                inserts: counter(INSERTS, None),
                invalidations: counter(INVALIDATIONS, None),
                expired: counter(EVICTIONS, Some("expired")),
                size: counter(EVICTIONS, Some("size")),
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
