//! Two routes at one path.

/// Tells the operator, while axum panics over a path that is taken, which setting led there: axum's
/// own message cannot name it.
///
/// Dropped only by such a panic; forget it where there was none.
pub(crate) struct Collision<'a> {
    pub(crate) endpoint: &'a str,
}

impl Drop for Collision<'_> {
    fn drop(&mut self) {
        tracing::error!(
            endpoint = %self.endpoint,
            "the app has a route of its own where the prometheus metrics are to be: set \
             METRICS_ENDPOINT to another path"
        );
    }
}
