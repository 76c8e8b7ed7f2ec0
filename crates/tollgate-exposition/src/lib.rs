//! Metrics as data, and the formats that Prometheus scrapes.
//!
//! An [`Exposition`] is read into a [`Snapshot`]: families, their series, and a value for each. A
//! snapshot is written in a [`Format`]. Nothing in between is text.
//!
//! # Examples
//!
//! ```
//! use tollgate_exposition::{Exposition, Family, Format, Kind, Selection, Series, Snapshot, Value};
//!
//! struct Uptime(std::time::Instant);
//!
//! impl Exposition for Uptime {
//!     fn read(&self, _: &Selection) -> Result<Snapshot, Box<dyn std::error::Error + Send + Sync>> {
//!         let mut family = Family::new("uptime_seconds", Kind::Gauge);
//!         family.push(Series::new("", Value::Number(self.0.elapsed().as_secs_f64())));
//!         Ok(Snapshot::from_iter([family]))
//!     }
//! }
//!
//! let mut out = Vec::new();
//! Uptime(std::time::Instant::now()).write(Format::Text, &Selection::all(), &mut out)?;
//! assert!(out.starts_with(b"# TYPE uptime_seconds gauge\nuptime_seconds "));
//! # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
//! ```
//!
//! # Formats
//!
//! | | text | `OpenMetrics` | protobuf (feature `protobuf`) | JSON of one family |
//! |---|---|---|---|---|
//! | counter | ✓ | as unknown unless its name ends in `_total` | ✓ | sum over series |
//! | gauge | ✓ | ✓ | ✓ | sum over series |
//! | histogram with buckets | ✓ | ✓ | ✓ | count and total |
//! | summary | ✓ | ✓ | ✓ | count and total, maximum |
//! | native histogram | `+Inf`, count and sum | `+Inf`, count and sum | ✓ | count and total |
//! | exemplars | | ✓ | ✓ | |
//! | created | | ✓ | ✓ | |
//! | unit | | if the name ends with it | if the name ends with it | if the name ends with it |
//!
//! Samples have the same names in all formats. `OpenMetrics` forbids some families that the others have:
//! a counter `jobs_total` beside another family `jobs` (or `jobs_created`, where it has that sample), a
//! counter that is negative or not a number, a sum that is negative or may go down (of a histogram with
//! a negative bound), and a negative quantile. Such a counter is of unknown type there, and of such a
//! histogram or summary the samples of each name are a family of unknown type.
//!
//! # Features
//!
//! - `protobuf`: the protobuf format
//! - `metrics-exporter-prometheus`: [`Exposition`] for that crate's `PrometheusHandle`

#![cfg_attr(docsrs, feature(doc_cfg))]

mod buffers;
mod exposition;
mod family;
mod format;
mod kind;
mod labels;
mod merged;
#[cfg(feature = "metrics-exporter-prometheus")]
mod prometheus;
mod selection;
mod series;
mod snapshot;
mod writers;

pub use self::{
    exposition::Exposition,
    family::Family,
    format::Format,
    kind::Kind,
    labels::{label_pairs, label_text},
    merged::merged,
    selection::Selection,
    series::{Exemplar, NativeHistogram, Series, Value},
    snapshot::Snapshot,
};

// For the recorder, which reads all families into the same buffers.
#[doc(hidden)]
pub use self::{
    buffers::Buffers,
    kind::{counter_clash, owner},
};
