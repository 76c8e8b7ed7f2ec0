//! How much is in a cache.

use std::sync::Arc;

use metrics::Recorder;

use crate::{
    BoxError, Collector, Stage,
    cache::{CacheMetrics, names::CacheMetric},
};

/// A cache that knows how much is in it.
///
/// # Examples
///
/// ```
/// use std::{collections::HashMap, sync::{Arc, Mutex}};
/// use tollgate_collectors::{ScrapeHooks, cache::{CacheMetrics, CacheSize, CacheSizes}};
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
/// let sizes = CacheSizes::new(users, &CacheMetrics::new("users"));
/// let hooks = ScrapeHooks::new().hook("users", sizes);
/// # let _ = hooks;
/// ```
pub trait CacheSize: Send + Sync + 'static {
    /// How many entries there are.
    fn entries(&self) -> impl Future<Output = u64> + Send;

    /// How much the entries weigh together, where each has a weight. Unless overridden they have
    /// none.
    fn weighted_size(&self) -> impl Future<Output = Option<u64>> + Send {
        std::future::ready(None)
    }
}

/// Collects how much is in a cache.
#[derive(Debug)]
pub struct CacheSizes<C> {
    cache: C,
    metrics: CacheMetrics,
}

impl<C: CacheSize> CacheSizes<C> {
    /// Collects of a cache, by the name that these metrics have.
    pub fn new(cache: C, metrics: &CacheMetrics) -> Self {
        Self {
            cache,
            metrics: metrics.clone(),
        }
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

impl<C: CacheSize> Collector for CacheSizes<C> {
    fn describe(&self, recorder: &dyn Recorder) {
        self.metrics.names().describe(recorder);
    }

    async fn collect(&mut self, stage: &mut Stage) -> Result<(), BoxError> {
        let entries = as_float(self.cache.entries().await);
        self.metrics.stage(stage, CacheMetric::Entries, entries);
        if let Some(size) = self.cache.weighted_size().await {
            self.metrics
                .stage(stage, CacheMetric::WeightedSize, as_float(size));
        }
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
fn as_float(size: u64) -> f64 {
    size as f64
}
