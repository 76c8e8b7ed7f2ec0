//! Every metric of this crate.

use tollgate_families::Catalogue;

use crate::scrape::ScrapeMetric;

/// Returns every metric of this crate, in its default names.
pub fn catalogue() -> Catalogue {
    #[allow(unused_mut, reason = "a feature adds to it")]
    let mut catalogue = Catalogue::of::<ScrapeMetric>();
    #[cfg(feature = "ws")]
    catalogue.extend(Catalogue::of::<crate::websocket::WebSocketMetric>());
    catalogue
}
