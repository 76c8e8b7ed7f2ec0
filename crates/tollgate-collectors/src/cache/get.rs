//! A get that may take a while.

use crate::cache::CacheMetrics;

/// Counts a get that loads what is missing; as failed if it is dropped before its end.
#[derive(Debug)]
pub(crate) struct Get<'a>(Option<&'a CacheMetrics>);

impl<'a> Get<'a> {
    pub(crate) fn start(metrics: &'a CacheMetrics) -> Self {
        Self(Some(metrics))
    }

    /// Ends with an entry, which is fresh if it was loaded by this get.
    pub(crate) fn end(mut self, is_fresh: bool) {
        if let Some(metrics) = self.0.take() {
            metrics.get(!is_fresh);
            if is_fresh {
                metrics.insert();
            }
        }
    }
}

impl Drop for Get<'_> {
    fn drop(&mut self) {
        if let Some(metrics) = self.0 {
            metrics.fail();
        }
    }
}
