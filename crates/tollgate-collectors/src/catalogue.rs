//! All metrics of this crate, for the check of the documents.

use tollgate_families::Catalogue;

/// Returns all metrics in their default names.
pub fn catalogue() -> Catalogue {
    #[cfg_attr(
        not(feature = "periodic"),
        expect(unused_mut, reason = "features add groups")
    )]
    let mut catalogue = Catalogue::default();
    #[cfg(feature = "periodic")]
    catalogue.extend(Catalogue::of::<crate::collection::CollectorMetric>());
    #[cfg(feature = "jobs")]
    {
        catalogue.extend(Catalogue::of::<crate::JobMetric>());
        catalogue.extend(Catalogue::of::<crate::SchedulerMetric>());
        catalogue.extend(Catalogue::of::<crate::QueueMetric>());
    }
    #[cfg(feature = "process")]
    catalogue.extend(Catalogue::of::<crate::process::ProcessMetric>());
    #[cfg(feature = "runtime")]
    catalogue.extend(Catalogue::of::<crate::runtime::RuntimeMetric>());
    catalogue
}
