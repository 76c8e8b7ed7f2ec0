//! A [`metrics`] recorder of thread-owned cells.
//!
//! Counters, gauges and bucketed histograms live in words that exactly one thread writes. Recording
//! is a load and a store, from any number of threads; a scrape adds the words up. Memory depends on
//! the number of series only, scraped or not, and nothing runs in the background.
//!
//! # Examples
//!
//! ```
//! use tollgate_recorder::RecorderBuilder;
//!
//! let handle = RecorderBuilder::new().install()?;
//!
//! metrics::describe_histogram!("wait_seconds", metrics::Unit::Seconds, "Time waited.");
//! metrics::histogram!("wait_seconds", "desk" => "3").record(0.2);
//!
//! assert!(handle.render().contains("wait_seconds_bucket{desk=\"3\",le=\"0.25\"} 1\n"));
//! # Ok::<(), tollgate_recorder::Error>(())
//! ```
//!
//! # Exposition
//!
//! [`Handle`] is an [`Exposition`](tollgate_exposition::Exposition): it is read into a
//! [`Snapshot`](tollgate_exposition::Snapshot), from which
//! [every format](tollgate_exposition#formats) is written. Families are sorted by name, and their
//! series by labels. Every cell is read once: a histogram's count always equals its `+Inf` bucket, and
//! its sum holds every counted value, except after a reset (below).
//!
//! # Corner cases
//!
//! Nothing panics, and no exposition becomes invalid.
//!
//! | | |
//! |---|---|
//! | a counter beyond 2⁶⁴ | wraps around |
//! | a counter's `absolute` below its value | unchanged |
//! | a total of a collector below the last one | exposed as a restart |
//! | a gauge that is up by its increments | never idle |
//! | NaN or an infinity recorded | counted, NaN as `+Inf` is; left out of sum and quantiles |
//! | a sum that would be infinite | unchanged |
//! | a gauge set to NaN or an infinity | has that value until it is set again |
//! | a gauge incremented or decremented by NaN or an infinity | unchanged |
//! | an invalid name | `_` for each character that is not allowed |
//! | a label `le`, `quantile`, `__…`, reserved by Prometheus | gets `exported_` before it |
//! | two labels of one name | the last wins |
//! | the name of another family or of a sample of it | records nothing, is a conflict, and is warned of |
//! | a counter `jobs_total` and a family `jobs` | both are recorded; in `OpenMetrics` the counter is of unknown type, which is warned of |
//! | a label with an empty value | left out: to Prometheus it is not there |
//! | more series in a family than the maximum | counted in one series, `overflow="true"` |
//! | a series removed or expired | hidden and reset; the next write through any handle shows it |
//! | an observation while its histogram is reset | may be counted without its part of the sum |
//! | a histogram's sum after a reset | is no more exact than before: after `f64::MAX`, not at all |
//! | a summary whose values span more than 10¹⁷ times | the smallest are not told apart |
//!
//! Registrations that overflow are counted in `tollgate_series_overflow_total{family}`, conflicts in
//! `tollgate_series_conflict_total{family}`.
//!
//! # Bounds of memory
//!
//! The number of series in a family is bounded. Families, descriptions and the length of a label are
//! not: use constants for names, and bound the values that clients send before they become labels.
//! Native histograms have a maximum number of buckets, and exemplars at most 128 characters.
//!
//! # Targets
//!
//! Needs atomics of 64 bits, which a few targets of 32 bits (some MIPS, PowerPC and ARM) lack.
//!
//! # Features
//!
//! - `protobuf`: the protobuf format
//! - `tracing`: exemplars with the trace id of the current `tracing` span

#![cfg_attr(docsrs, feature(doc_cfg))]

mod bounds;
mod builder;
mod catalogue;
mod cells;
mod error;
mod exemplar;
mod family;
mod handle;
mod labels;
mod names;
mod recorder;
mod registry;
mod series;
mod shape;
#[cfg(feature = "tracing")]
mod trace;

pub use builder::RecorderBuilder;
#[doc(hidden)]
pub use catalogue::catalogue;
pub use error::Error;
pub use handle::Handle;
pub use recorder::Recorder;
pub use shape::Matcher;
#[cfg(feature = "tracing")]
pub use trace::TraceIdLayer;
