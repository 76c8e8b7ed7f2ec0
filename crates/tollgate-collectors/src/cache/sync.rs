//! moka's cache for threads.

use std::{
    borrow::Borrow,
    fmt,
    hash::{BuildHasher, Hash, RandomState},
    sync::Arc,
};

use moka::sync::{Cache, CacheBuilder};

use crate::cache::{CacheMetrics, CacheSize, CacheSizes, get::Get};

/// A [`moka::sync::Cache`] whose use is counted.
///
/// # Examples
///
/// ```
/// use tollgate_collectors::cache::{CacheMetrics, MeteredCache};
///
/// let builder = moka::sync::Cache::builder().max_capacity(1_000);
/// let users = MeteredCache::build(builder, CacheMetrics::new("users"));
/// assert_eq!(users.get(&1), None);
/// assert_eq!(users.get_with(1, || "Ada".to_owned()), "Ada");
/// ```
pub struct MeteredCache<K, V, S = RandomState> {
    cache: Cache<K, V, S>,
    metrics: CacheMetrics,
}

impl<K, V> MeteredCache<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Builds a cache that counts what it removes.
    ///
    /// That takes the place of the builder's eviction listener.
    pub fn build(builder: CacheBuilder<K, V, Cache<K, V>>, metrics: CacheMetrics) -> Self {
        let removed = metrics.clone();
        let builder = builder.eviction_listener(move |_, _, cause| removed.remove(cause));
        Self::new(builder.build(), metrics)
    }
}

impl<K, V, S> MeteredCache<K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    S: BuildHasher + Clone + Send + Sync + 'static,
{
    /// Counts what a cache is asked. Its eviction listener is to call [`CacheMetrics::remove`].
    pub fn new(cache: Cache<K, V, S>, metrics: CacheMetrics) -> Self {
        Self { cache, metrics }
    }

    /// The cache itself, for what is not counted.
    pub fn inner(&self) -> &Cache<K, V, S> {
        &self.cache
    }

    /// Gets an entry.
    pub fn get<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let found = self.cache.get(key);
        self.metrics.get(found.is_some());
        found
    }

    /// Gets an entry, or inserts it.
    ///
    /// The get is a miss if it called `init`, and has failed if that panicked.
    pub fn get_with(&self, key: K, init: impl FnOnce() -> V) -> V {
        let get = Get::start(&self.metrics);
        let entry = self.cache.entry(key).or_insert_with(init);
        get.end(entry.is_fresh());
        entry.into_value()
    }

    /// Gets an entry, or inserts it if that succeeds.
    ///
    /// # Errors
    ///
    /// What `init` fails with, to all that waited for it; for each the get has failed.
    pub fn try_get_with<F, E>(&self, key: K, init: F) -> Result<V, Arc<E>>
    where
        F: FnOnce() -> Result<V, E>,
        E: Send + Sync + 'static,
    {
        let get = Get::start(&self.metrics);
        let entry = self.cache.entry(key).or_try_insert_with(init)?;
        get.end(entry.is_fresh());
        Ok(entry.into_value())
    }

    /// Inserts or replaces an entry.
    pub fn insert(&self, key: K, value: V) {
        self.cache.insert(key, value);
        self.metrics.insert();
    }

    /// Takes an entry out.
    pub fn invalidate<Q>(&self, key: &Q)
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.cache.invalidate(key);
    }

    /// Takes all entries out. Each is counted when the cache gets to it.
    pub fn invalidate_all(&self) {
        self.cache.invalidate_all();
    }

    /// Collects how much is in the cache.
    pub fn sizes(&self) -> CacheSizes<Self> {
        CacheSizes::new(self.clone(), &self.metrics)
    }
}

impl<K, V, S> CacheSize for MeteredCache<K, V, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
    S: BuildHasher + Clone + Send + Sync + 'static,
{
    async fn entries(&self) -> u64 {
        self.cache.run_pending_tasks();
        self.cache.entry_count()
    }

    async fn weighted_size(&self) -> Option<u64> {
        Some(self.cache.weighted_size())
    }
}

impl<K, V, S> Clone for MeteredCache<K, V, S> {
    fn clone(&self) -> Self {
        Self {
            cache: self.cache.clone(),
            metrics: self.metrics.clone(),
        }
    }
}

impl<K, V, S> fmt::Debug for MeteredCache<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MeteredCache")
            .field("metrics", &self.metrics)
            .finish_non_exhaustive()
    }
}
