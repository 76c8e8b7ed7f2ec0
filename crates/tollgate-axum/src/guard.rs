//! Access to the metrics.

use tollgate_auth::MasterKeyLayer;

/// Access to the metrics: open, or for holders of a master key.
///
/// # Examples
///
/// ```
/// use tollgate_auth::{MasterKeyLayer, MasterKeys};
/// use tollgate_axum::Guard;
///
/// let keys = MasterKeys::new(["correct-horse-battery-staple"])?;
/// let guard = Guard::from(MasterKeyLayer::new(keys));
/// # Ok::<(), tollgate_auth::KeyError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Guard {
    /// No key is asked for. For a listener that only the scraper reaches, or behind a proxy that asks
    /// for a key itself.
    Open,
    /// One of the keys is asked for, before anything is rendered.
    MasterKey(MasterKeyLayer),
}

impl From<MasterKeyLayer> for Guard {
    fn from(keys: MasterKeyLayer) -> Self {
        Self::MasterKey(keys)
    }
}
