//! The catalogue of this crate's metrics.

use tollgate_families::Catalogue;

use crate::DatabaseMetric;

/// Returns all metrics of this crate in their default names.
#[doc(hidden)]
pub fn catalogue() -> Catalogue {
    Catalogue::of::<DatabaseMetric>()
}
