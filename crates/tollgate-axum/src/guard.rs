//! Who may scrape.

use tollgate_auth::MasterKeyLayer;

/// Who may scrape: everybody, or whoever holds a master key.
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
    /// Everybody may scrape. For a listener that only the scraper reaches, or behind a proxy that
    /// asks for a key itself.
    Open,
    /// Whoever holds one of the keys may scrape; anybody else is answered before anything is
    /// rendered.
    MasterKey(MasterKeyLayer),
}

impl From<MasterKeyLayer> for Guard {
    fn from(keys: MasterKeyLayer) -> Self {
        Self::MasterKey(keys)
    }
}
