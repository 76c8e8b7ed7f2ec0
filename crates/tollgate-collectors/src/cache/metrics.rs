//! Counters of a cache.

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
};

use metrics::{Counter, SharedString};
use tollgate_families::{Families, families, family_setters};

use crate::builder::{Builder, Measured};

families! {
    /// A metric of a cache.
    pub enum CacheMetric {
        Gets: counter(Count) "cache_get_total" {cache} "Gets of a cache.";
        Hits: counter(Count) "cache_get_hits_total" {cache} "Gets that found an entry.";
        Misses: counter(Count) "cache_get_misses_total" {cache} "Gets that found no entry.";
        Fails: counter(Count) "cache_get_fail_total" {cache} "Gets that failed.";
        Inserts: counter(Count) "cache_inserts_total" {cache} "Entries inserted or replaced.";
        Invalidations: counter(Count) "cache_invalidations_total" {cache}
            "Entries removed by the app.";
        Evictions: counter(Count) "cache_evictions_total" {cache, cause}
            "Entries removed by the cache, by cause.";
        Entries: gauge(Count) "cache_entries" {cache} "Entries of a cache.";
        WeightedSize: gauge(Count) "cache_weighted_size" {cache}
            "Total weight of the entries of a cache.";
    }

    /// A label of a cache's metrics.
    pub enum CacheLabel {
        cache = Cache "name of the cache";
        cause = Cause "`expired` or `size`, the reason of an eviction";
    }
}

/// Counters of a cache's gets, inserts and removals.
///
/// A cache calls it at each event; moka's caches have adapters. Clones count together. The series are
/// registered with the first event.
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
///         match found {
///             Some(_) => self.metrics.hit(),
///             None => self.metrics.miss(),
///         }
///         found
///     }
/// }
///
/// let users = Users { by_id: Mutex::default(), metrics: CacheMetrics::new("users") };
/// assert_eq!(users.get(1), None);
/// ```
#[derive(Debug, Clone)]
pub struct CacheMetrics {
    pub(super) cache: Arc<MeasuredCache>,
}

/// Name of a cache, names of its metrics, and their handles.
#[derive(Debug)]
pub(super) struct MeasuredCache {
    name: Cow<'static, str>,
    pub(super) families: Families<CacheMetric>,
    counters: OnceLock<Counters>,
}

#[derive(Debug)]
struct Counters {
    gets: Counter,
    hits: Counter,
    misses: Counter,
    fails: Counter,
    inserts: Counter,
    invalidations: Counter,
    expired: Counter,
    evicted_by_size: Counter,
}

impl CacheMetrics {
    /// Returns counters in the default names. `cache` is the value of the label `cache`.
    pub fn new(cache: impl Into<Cow<'static, str>>) -> Self {
        Self::builder(cache).assemble()
    }

    /// Returns a builder. `cache` is the value of the label `cache`.
    pub fn builder(cache: impl Into<Cow<'static, str>>) -> Builder<Self> {
        Builder::new(cache.into())
    }

    /// Counts a get that found an entry.
    #[inline]
    pub fn hit(&self) {
        let counters = self.counters();
        counters.gets.increment(1);
        counters.hits.increment(1);
    }

    /// Counts a get that found no entry.
    #[inline]
    pub fn miss(&self) {
        let counters = self.counters();
        counters.gets.increment(1);
        counters.misses.increment(1);
    }

    /// Counts a get that failed, because the cache or a load did.
    pub fn fail(&self) {
        let counters = self.counters();
        counters.gets.increment(1);
        counters.fails.increment(1);
    }

    /// Counts an entry that was inserted or replaced.
    #[inline]
    pub fn insert(&self) {
        self.counters().inserts.increment(1);
    }

    /// Counts an entry that the app removed.
    pub fn invalidate(&self) {
        self.counters().invalidations.increment(1);
    }

    /// Counts an entry that the cache removed for want of room.
    pub fn evict(&self) {
        self.counters().evicted_by_size.increment(1);
    }

    /// Counts an entry that the cache removed because it expired.
    pub fn expire(&self) {
        self.counters().expired.increment(1);
    }

    #[inline]
    fn counters(&self) -> &Counters {
        self.cache.counters.get_or_init(|| self.cache.register())
    }
}

impl MeasuredCache {
    /// Returns the value of a label in a metric with this cause, or with none.
    pub(super) fn label(&self, label: CacheLabel, cause: &'static str) -> SharedString {
        match label {
            CacheLabel::Cache => self.name.clone().into(),
            CacheLabel::Cause => SharedString::const_str(cause),
        }
    }

    /// Registers all counters, at zero.
    #[cold]
    fn register(&self) -> Counters {
        let counter = |metric, cause| {
            let label = |label| self.label(label, cause);
            self.families.counter(metric, label)
        };
        Counters {
            gets: counter(CacheMetric::Gets, ""),
            hits: counter(CacheMetric::Hits, ""),
            misses: counter(CacheMetric::Misses, ""),
            fails: counter(CacheMetric::Fails, ""),
            inserts: counter(CacheMetric::Inserts, ""),
            invalidations: counter(CacheMetric::Invalidations, ""),
            expired: counter(CacheMetric::Evictions, "expired"),
            evicted_by_size: counter(CacheMetric::Evictions, "size"),
        }
    }
}

impl Measured for CacheMetrics {
    type Metric = CacheMetric;
    type Options = Cow<'static, str>;

    fn assemble(families: Families<CacheMetric>, name: Cow<'static, str>) -> Self {
        Self {
            cache: Arc::new(MeasuredCache {
                name,
                families,
                counters: OnceLock::new(),
            }),
        }
    }
}

/// Setters for [`CacheMetrics`].
impl Builder<CacheMetrics> {
    family_setters!(names: CacheMetric, CacheLabel);
    family_setters!(recorder);
}
