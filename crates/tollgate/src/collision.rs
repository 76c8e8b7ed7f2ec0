//! A route of the app at the path of the metrics.

/// Names the setting to the operator when axum panics over a path that is taken: axum's own message
/// cannot name it.
///
/// Only such a panic drops it; without one it is forgotten.
pub(crate) struct Collision<'a>(pub(crate) &'a str);

impl Drop for Collision<'_> {
    fn drop(&mut self) {
        tracing::error!(
            endpoint = %self.0,
            "the app has a route of its own at the path of the prometheus metrics: set \
             METRICS_ENDPOINT to another path"
        );
    }
}
