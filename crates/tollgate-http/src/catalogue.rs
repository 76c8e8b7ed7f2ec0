//! Families of this crate in their default names.

use tollgate_families::Catalogue;

use crate::{Metric, RequestMetricsLayer, phases::PhaseMetric};

/// Returns every family that this crate can record.
pub fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::of::<Metric>();
    let handler = RequestMetricsLayer::builder().handler_only();
    catalogue.extend(handler.families.names.catalogue());
    catalogue.extend(Catalogue::of::<PhaseMetric>());
    #[cfg(feature = "client")]
    {
        let client = crate::client::ClientMetricsLayer::builder("").endpoint_template();
        catalogue.extend(client.complete().families.names.catalogue());
    }
    catalogue
}
