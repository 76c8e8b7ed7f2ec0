//! All metrics of this crate, for the check of the documents.

use tollgate_families::Catalogue;

/// Returns all metrics in their default names.
pub fn catalogue() -> Catalogue {
    let groups = [
        Catalogue::of::<crate::cache::CacheMetric>(),
        #[cfg(feature = "periodic")]
        Catalogue::of::<crate::collection::CollectorMetric>(),
        #[cfg(feature = "jobs")]
        Catalogue::of::<crate::jobs::JobMetric>(),
        #[cfg(feature = "jobs")]
        Catalogue::of::<crate::jobs::SchedulerMetric>(),
        #[cfg(feature = "jobs")]
        Catalogue::of::<crate::jobs::QueueMetric>(),
        #[cfg(feature = "process")]
        Catalogue::of::<crate::process::ProcessMetric>(),
        #[cfg(feature = "runtime")]
        Catalogue::of::<crate::runtime::RuntimeMetric>(),
    ];
    let mut catalogue = Catalogue::default();
    for group in groups {
        catalogue.extend(group);
    }
    catalogue
}
