//! Families of the recorder itself.

use tollgate_families::{Catalogue, families};

families! {
    /// Metric of the recorder itself.
    pub(crate) enum RecorderMetric {
        SeriesOverflow: counter(Count) "tollgate_series_overflow_total" {family}
            "Registrations beyond the maximum of a family, counted in its overflow series.";
        SeriesConflict: counter(Count) "tollgate_series_conflict_total" {family}
            "Registrations without effect because another family has the name.";
    }

    /// Label of the recorder's metrics.
    pub(crate) enum RecorderLabel {
        family = Family "the name of the family";
    }
}

/// Returns the families of the recorder itself.
pub fn catalogue() -> Catalogue {
    Catalogue::of::<RecorderMetric>()
}
