//! moka's caches, for threads and for tasks.

use std::{
    borrow::Borrow,
    fmt,
    hash::{BuildHasher, Hash},
    sync::Arc,
};

use moka::{future, notification::RemovalCause, sync};
use tollgate_families::Collector;

use super::metrics::CacheMetrics;

/// Cache of moka that counts its use: a [`sync::Cache`](moka::sync::Cache) or a
/// [`future::Cache`](moka::future::Cache).
///
/// # Examples
///
/// ```
/// use tollgate_collectors::cache::{CacheMetrics, MeteredCache};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let builder = moka::sync::Cache::builder().max_capacity(1_000);
/// let users = MeteredCache::sync(builder, CacheMetrics::new("users"));
/// assert_eq!(users.get(&1), None);
/// assert_eq!(users.get_with(1, || "Ada".to_owned()), "Ada");
///
/// let builder = moka::future::Cache::builder().max_capacity(1_000);
/// let groups = MeteredCache::future(builder, CacheMetrics::new("groups"));
/// assert_eq!(groups.get(&1).await, None);
/// assert_eq!(groups.get_with(1, async { "staff".to_owned() }).await, "staff");
/// # }
/// ```
#[derive(Clone)]
pub struct MeteredCache<C> {
    cache: C,
    metrics: CacheMetrics,
}

impl<C> MeteredCache<C> {
    /// Wraps a cache whose eviction listener calls [`CacheMetrics::remove`].
    pub fn new(cache: C, metrics: CacheMetrics) -> Self {
        Self { cache, metrics }
    }

    /// Returns the cache itself, whose own methods are not counted.
    pub fn inner(&self) -> &C {
        &self.cache
    }
}

impl<C> fmt::Debug for MeteredCache<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MeteredCache")
            .field("metrics", &self.metrics)
            .finish_non_exhaustive()
    }
}

impl CacheMetrics {
    /// Counts a removal, as an eviction listener of moka learns of it.
    pub fn remove(&self, cause: RemovalCause) {
        match cause {
            RemovalCause::Expired => self.expire(),
            RemovalCause::Size => self.evict(),
            RemovalCause::Explicit => self.invalidate(),
            RemovalCause::Replaced => {}
        }
    }
}

/// Writes the methods of a metered cache: the two flavours of moka differ in `async` and `.await` only.
macro_rules! metered_cache {
    ($flavour:ident [$($async:ident)?] [$($await:tt)*] loads $load:ty, $try_load:ty) => {
        impl<K, V> MeteredCache<$flavour::Cache<K, V>>
        where
            K: Hash + Eq + Send + Sync + 'static,
            V: Clone + Send + Sync + 'static,
        {
            /// Builds a cache that counts its removals. Replaces the builder's eviction listener.
            pub fn $flavour(
                builder: $flavour::CacheBuilder<K, V, $flavour::Cache<K, V>>,
                metrics: CacheMetrics,
            ) -> Self {
                let removed = metrics.clone();
                let builder = builder.eviction_listener(move |_, _, cause| removed.remove(cause));
                Self::new(builder.build(), metrics)
            }
        }

        impl<K, V, S> MeteredCache<$flavour::Cache<K, V, S>>
        where
            K: Hash + Eq + Send + Sync + 'static,
            V: Clone + Send + Sync + 'static,
            S: BuildHasher + Clone + Send + Sync + 'static,
        {
            /// Gets an entry.
            pub $($async)? fn get<Q>(&self, key: &Q) -> Option<V>
            where
                K: Borrow<Q>,
                Q: Hash + Eq + ?Sized,
            {
                let found = self.cache.get(key)$($await)*;
                match found {
                    Some(_) => self.metrics.hit(),
                    None => self.metrics.miss(),
                }
                found
            }

            /// Gets an entry, or inserts it.
            ///
            /// The get is a miss if it ran `init`, and a fail if `init` panicked or was dropped.
            pub $($async)? fn get_with(&self, key: K, init: $load) -> V {
                let get = PendingGet(&self.metrics);
                let entry = self.cache.entry(key).or_insert_with(init)$($await)*;
                get.end(entry.is_fresh());
                entry.into_value()
            }

            /// Gets an entry, or inserts it if `init` succeeds.
            ///
            /// # Errors
            ///
            /// If `init` fails. All gets that waited for it receive its error and are fails.
            pub $($async)? fn try_get_with<E>(&self, key: K, init: $try_load) -> Result<V, Arc<E>>
            where
                E: Send + Sync + 'static,
            {
                let get = PendingGet(&self.metrics);
                let entry = self.cache.entry(key).or_try_insert_with(init)$($await)*?;
                get.end(entry.is_fresh());
                Ok(entry.into_value())
            }

            /// Inserts or replaces an entry.
            pub $($async)? fn insert(&self, key: K, value: V) {
                self.cache.insert(key, value)$($await)*;
                self.metrics.insert();
            }

            /// Removes an entry.
            pub $($async)? fn invalidate<Q>(&self, key: &Q)
            where
                K: Borrow<Q>,
                Q: Hash + Eq + ?Sized,
            {
                self.cache.invalidate(key)$($await)*;
            }

            /// Removes all entries. Each is counted when the cache gets to it.
            pub fn invalidate_all(&self) {
                self.cache.invalidate_all();
            }

            /// Returns a collector of the cache's size.
            pub fn sizes(&self) -> impl Collector + use<K, V, S> {
                let cache = self.cache.clone();
                self.metrics.sizes(move || {
                    let cache = cache.clone();
                    async move {
                        cache.run_pending_tasks()$($await)*;
                        (cache.entry_count(), Some(cache.weighted_size()))
                    }
                })
            }
        }
    };
}

metered_cache! {
    sync [] []
    loads impl FnOnce() -> V, impl FnOnce() -> Result<V, E>
}

metered_cache! {
    future [async] [.await]
    loads impl Future<Output = V>, impl Future<Output = Result<V, E>>
}

/// Get that may load the entry. Dropped before its end, it counts as failed.
struct PendingGet<'a>(&'a CacheMetrics);

impl PendingGet<'_> {
    /// Ends with an entry, which is fresh if this get loaded it.
    fn end(self, is_fresh: bool) {
        if is_fresh {
            self.0.miss();
            self.0.insert();
        } else {
            self.0.hit();
        }
        std::mem::forget(self);
    }
}

impl Drop for PendingGet<'_> {
    fn drop(&mut self) {
        self.0.fail();
    }
}
