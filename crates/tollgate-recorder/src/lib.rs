//! A [`metrics`] recorder of thread-owned cells, and its exposition formats.
//!
//! Counters, gauges and histograms with buckets live in words that exactly one thread writes, so
//! recording is a load and a store, from however many threads; a scrape adds the words up. Memory
//! depends on the number of series only, whether they are scraped or not, and there is nothing to
//! keep up in the background.
//!
//! # Examples
//!
//! ```
//! use tollgate_recorder::RecorderBuilder;
//!
//! let handle = RecorderBuilder::new().install()?;
//!
//! metrics::describe_histogram!("wait_seconds", metrics::Unit::Seconds, "How long they waited.");
//! metrics::histogram!("wait_seconds", "desk" => "3").record(0.2);
//!
//! assert!(handle.render().contains("wait_seconds_bucket{desk=\"3\",le=\"0.25\"} 1\n"));
//! # Ok::<(), tollgate_recorder::Error>(())
//! ```
//!
//! # What is exposed
//!
//! Families are sorted by name, and their series by labels. Every cell is read once for each
//! exposition: a histogram's count always equals its `+Inf` bucket, and its sum holds at least what
//! is counted, a reset aside (below).
//!
//! | | text | `OpenMetrics` | protobuf (feature `protobuf`) | JSON |
//! |---|---|---|---|---|
//! | counter | as it is named | ends in `_total` | as it is named | sum over series |
//! | gauge | ✓ | ✓ | ✓ | sum over series |
//! | histogram with buckets | ✓ | ✓ | ✓ | count and total |
//! | summary | ✓ | ✓ | ✓ | count and total |
//! | native histogram | `+Inf`, count and sum | `+Inf`, count and sum | ✓ | count and total |
//! | exemplars | | ✓ | ✓ | |
//! | created | | on request | on request | |
//! | unit | | if the name ends with it | if the name ends with it | ✓ |
//!
//! `OpenMetrics` forbids a sum that may go down: a histogram with a negative bound, or with a
//! negative sum, has neither sum nor count there, and a negative quantile is left out.
//!
//! # What is out of the ordinary
//!
//! Nothing panics, and no exposition becomes invalid.
//!
//! | | |
//! |---|---|
//! | a counter beyond 2⁶⁴ | wraps around |
//! | a counter's `absolute` below its value | does nothing |
//! | NaN or an infinity recorded | counted, NaN as `+Inf` is; left out of sum and quantiles |
//! | a sum that would be infinite | stays as it was |
//! | a gauge set to NaN or an infinity | is that, until it is set again |
//! | a gauge going up or down by NaN or an infinity | does nothing |
//! | a name that is not valid | `_` for whatever is not allowed |
//! | a label `le`, `quantile`, `__…` that Prometheus takes for its own | gets `exported_` before it |
//! | two labels of one name | the last counts |
//! | a name that another family or a sample of it has | records nothing, and is a conflict |
//! | the same in `OpenMetrics` only (`jobs`, `jobs_total`) | the later is left out there, and is a conflict |
//! | a label with an empty value | left out: to Prometheus it is not there |
//! | more series in a family than the cap | counted in one series, `overflow="true"` |
//! | a series that was removed or expired | hidden and reset; the next write, through any handle, shows it |
//! | an observation while its histogram is reset | may be counted without its part of the sum |
//! | a histogram's sum after a reset | is no more exact than before: after `f64::MAX`, not at all |
//! | a summary whose values span more than 10¹⁷ times | the smallest are told apart no more |
//!
//! Registrations that overflow are counted in `tollgate_series_overflow_total{family}`, conflicts in
//! `tollgate_series_conflict_total{family}`.
//!
//! # What is bounded
//!
//! The series of a family are. Families and descriptions are not, and neither is the length of a
//! label: names of metrics should be constants, and what clients send should be bounded before it
//! becomes a label. Native histograms have at most as many buckets as they are set to, and
//! `OpenMetrics`' exemplars at most 128 characters.
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
pub use error::Error;
pub use exemplar::ExemplarSource;
pub use handle::Handle;
pub use recorder::Recorder;
pub use shape::{Matcher, NativeHistogram};
#[cfg(feature = "tracing")]
pub use trace::TraceIdLayer;
