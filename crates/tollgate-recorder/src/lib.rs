//! A [`metrics`] recorder of thread-owned cells, and its exposition formats.
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

mod bounds;
mod builder;
mod cells;
mod error;
mod exemplar;
mod exposition;
mod family;
mod format;
mod handle;
mod kind;
mod labels;
mod names;
mod recorder;
mod registry;
mod selection;
mod series;
mod shape;
mod snapshot;
#[cfg(feature = "tracing")]
mod trace;

pub use builder::RecorderBuilder;
pub use error::{Error, ErrorKind};
pub use exemplar::ExemplarSource;
pub use format::Format;
pub use handle::Handle;
pub use kind::MetricKind;
pub use recorder::Recorder;
pub use selection::Selection;
pub use shape::{Matcher, NativeHistogram};
#[cfg(feature = "tracing")]
pub use trace::{TraceId, TraceIdLayer};
