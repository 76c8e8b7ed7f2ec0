//! Gauges of a cache's size.

use std::sync::Arc;

use metrics::Recorder;
use tollgate_families::{BoxError, Collector, Stage};

use super::metrics::{CacheMetric, CacheMetrics};

/// Cache that knows its size.
///
/// # Examples
///
/// ```
/// use std::{collections::HashMap, sync::{Arc, Mutex}};
/// use tollgate_collectors::{ScrapeHooks, cache::{CacheMetrics, CacheSize}};
///
/// struct Users(Mutex<HashMap<u64, String>>);
///
/// impl CacheSize for Users {
///     async fn entries(&self) -> u64 {
///         self.0.lock().map_or(0, |users| users.len() as u64)
///     }
/// }
///
/// let users = Arc::new(Users(Mutex::default()));
/// let sizes = CacheMetrics::new("users").sizes(users);
/// let hooks = ScrapeHooks::new().hook("users", sizes);
/// # let _ = hooks;
/// ```
pub trait CacheSize: Send + Sync + 'static {
    /// Returns the number of entries.
    fn entries(&self) -> impl Future<Output = u64> + Send;

    /// Returns the total weight of the entries, or `None` if they have no weight, as by default.
    fn weighted_size(&self) -> impl Future<Output = Option<u64>> + Send {
        std::future::ready(None)
    }
}

impl<C: CacheSize> CacheSize for Arc<C> {
    async fn entries(&self) -> u64 {
        C::entries(self).await
    }

    async fn weighted_size(&self) -> Option<u64> {
        C::weighted_size(self).await
    }
}

impl CacheMetrics {
    /// Returns a collector of the cache's size, in the names of these metrics.
    pub fn sizes<C: CacheSize>(&self, cache: C) -> impl Collector + use<C> {
        CacheSizes {
            cache,
            metrics: self.clone(),
        }
    }
}

struct CacheSizes<C> {
    cache: C,
    metrics: CacheMetrics,
}

impl<C: CacheSize> Collector for CacheSizes<C> {
    fn describe(&self, recorder: &dyn Recorder) {
        self.metrics.names().describe(recorder);
    }

    async fn collect(&mut self, stage: &mut Stage) -> Result<(), BoxError> {
        let entries = Some(self.cache.entries().await);
        let weighted_size = self.cache.weighted_size().await;
        for (metric, size) in [
            (CacheMetric::Entries, entries),
            (CacheMetric::WeightedSize, weighted_size),
        ] {
            let Some(size) = size else {
                continue;
            };
            #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
            let size = size as f64;
            let label = |label| self.metrics.label(label);
            stage.gauge_of(self.metrics.names(), metric, label, size);
        }
        Ok(())
    }
}
