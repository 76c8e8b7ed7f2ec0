//! Names and registration of metrics: the kernel that every measuring crate of tollgate shares.
//!
//! A group of metrics is one [`families!`] list. It writes an enum whose variants are the metrics, an
//! enum of their labels, the documentation of both, and the [`Catalogue`]. [`Families`] holds the
//! names in force (a namespace, renames, omissions) and the recorder, and registers series.
//!
//! # Examples
//!
//! ```
//! use tollgate_families::{BuildError, Families, families};
//!
//! families! {
//!     /// A metric of the bakery.
//!     pub enum BakeryMetric {
//!         Loaves: counter(Count) "bakery_loaves_total" {kind} "Loaves baked, by kind.";
//!         OvenTime: histogram(Seconds) "bakery_oven_seconds" {} "Time in the oven in seconds.";
//!     }
//!
//!     /// A label of the bakery's metrics.
//!     pub enum BakeryLabel {
//!         kind = Kind "what was baked";
//!     }
//! }
//!
//! let mut families = Families::<BakeryMetric>::default();
//! families.names.set_namespace("corner");
//! families.names.check(|_| Vec::new())?;
//!
//! let loaves = families.counter(BakeryMetric::Loaves, |_| "rye".into());
//! loaves.increment(2); // corner_bakery_loaves_total{kind="rye"}
//!
//! assert_eq!(families.names.catalogue().entries()[0].name, "corner_bakery_loaves_total");
//! # Ok::<(), BuildError>(())
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

mod bounded;
mod bounds;
mod catalogue;
pub mod check;
mod collector;
mod deadline;
mod error;
mod families;
mod family;
mod hints;
mod label_values;
mod macros;
mod names;
mod panic_watch;
mod scoped;
mod stage;
mod stopwatch;
mod target;
mod total;

pub use self::{
    bounds::{BYTES_BUCKETS, SECONDS_BUCKETS, suggested_bounds},
    catalogue::{Catalogue, CatalogueEntry},
    collector::{BoxError, Collector},
    deadline::scrape_deadline,
    error::BuildError,
    families::Families,
    family::{Group, Kind, Tier},
    label_values::OTHER,
    names::Names,
    stage::Stage,
};

// Machinery of the measuring crates, and what the macros write: nobody else has to name it.
#[doc(hidden)]
pub use self::{
    bounded::{Bounded, BoundedKey, MAX_KEY_BYTES},
    deadline::{MAX_WAIT, with_scrape_deadline},
    family::{Family, GroupLabel, NoLabel},
    hints::AddressHints,
    label_values::{LabelValues, MAX_VALUE_BYTES, ValuePlaces},
    panic_watch::{EndInPanic, PanicWatch},
    stage::{IntoTotal, StagedValue},
    stopwatch::{Start, Stopwatch},
    target::{Target, expect_no_recorder},
    total::{Total, answer_total, total_is_wanted},
};
#[doc(hidden)]
pub use metrics;

/// Value of a label for all keys beyond the maximum number that is kept apart.
pub const OVERFLOW: &str = "overflow";
