//! Families of the suite and of all its crates.

use tollgate_families::{Catalogue, families};

families! {
    /// Metric of the suite itself.
    pub(crate) enum SuiteMetric {
        MetricsPort: gauge(Count) "tollgate_metrics_port" {} "Port of the metrics' own listener.";
    }
}

/// Returns every family that the suite and its crates can record, in their default names.
pub fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::of::<SuiteMetric>();
    let crates = [
        tollgate_auth::catalogue(),
        tollgate_axum::catalogue(),
        tollgate_http::catalogue(),
        tollgate_recorder::catalogue(),
        #[cfg(feature = "collectors")]
        tollgate_collectors::catalogue(),
        #[cfg(feature = "management")]
        tollgate_management::catalogue(),
        #[cfg(feature = "push")]
        tollgate_push::catalogue(),
        #[cfg(any(feature = "sqlx-postgres", feature = "sqlx-sqlite"))]
        tollgate_sqlx::catalogue(),
    ];
    for one in crates {
        catalogue.extend(one);
    }
    catalogue
}
