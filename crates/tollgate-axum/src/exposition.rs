//! What can be scraped, and what a scrape asks of it.

use std::{collections::BTreeSet, sync::Arc};

use axum::BoxError;

use crate::Format;

/// Something that can be scraped.
///
/// Implemented for `metrics_exporter_prometheus::PrometheusHandle` (feature
/// `metrics-exporter-prometheus`) and for any [`Arc`] of an exposition.
///
/// # Examples
///
/// ```
/// use axum::BoxError;
/// use std::io::Write;
/// use tollgate_axum::{Exposition, Format, RenderRequest};
///
/// struct Uptime(std::time::Instant);
///
/// impl Exposition for Uptime {
///     fn render(&self, request: &RenderRequest, out: &mut Vec<u8>) -> Result<(), BoxError> {
///         if request.selects("uptime_seconds", &[]) {
///             writeln!(out, "# TYPE uptime_seconds gauge")?;
///             writeln!(out, "uptime_seconds {}", self.0.elapsed().as_secs_f64())?;
///         }
///         Ok(())
///     }
/// }
///
/// let mut out = Vec::new();
/// Uptime(std::time::Instant::now()).render(&RenderRequest::new(Format::TEXT_0_0_4), &mut out)?;
/// assert!(out.starts_with(b"# TYPE uptime_seconds gauge\n"));
/// # Ok::<(), BoxError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be scraped",
    label = "not an exposition",
    note = "give a recorder's handle, such as what `PrometheusRecorder::handle` returns (feature \
            `metrics-exporter-prometheus`)",
    note = "or implement `Exposition`: one method that writes the metrics into a buffer"
)]
pub trait Exposition: Send + Sync + 'static {
    /// Writes what `request` asks for to the end of `out`.
    ///
    /// Called on a thread where it may block, by several threads at once if they ask for different
    /// things. An exposition that cannot be filtered writes everything.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from being written. It is logged, and the scraper is answered 500 without
    /// it.
    fn render(&self, request: &RenderRequest, out: &mut Vec<u8>) -> Result<(), BoxError>;

    /// The formats that [`render`](Self::render) can be asked for. The first is the default.
    ///
    /// Only the text format unless overridden; none at all means the same.
    fn formats(&self) -> &[Format] {
        &[Format::TEXT_0_0_4]
    }

    /// How many series there are, as Prometheus counts them: each bucket of a histogram is one.
    ///
    /// `None` unless overridden. The route then counts the samples of what was rendered, if that
    /// was not filtered and is in one of the two text formats.
    fn series(&self) -> Option<usize> {
        None
    }
}

impl<E: Exposition + ?Sized> Exposition for Arc<E> {
    fn render(&self, request: &RenderRequest, out: &mut Vec<u8>) -> Result<(), BoxError> {
        (**self).render(request, out)
    }

    fn formats(&self) -> &[Format] {
        (**self).formats()
    }

    fn series(&self) -> Option<usize> {
        (**self).series()
    }
}

/// What a scrape asks an [`Exposition`] for: a format, and the families it wants if not all.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RenderRequest {
    format: Format,
    names: BTreeSet<String>,
}

impl RenderRequest {
    /// Asks for everything, in `format`.
    pub const fn new(format: Format) -> Self {
        Self {
            format,
            names: BTreeSet::new(),
        }
    }

    /// Asks for the families with these names only, or for everything if there are none.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_axum::{Format, RenderRequest};
    ///
    /// let request = RenderRequest::new(Format::TEXT_0_0_4).with_names(["up", "latency_bucket"]);
    ///
    /// assert!(request.selects("up", &[]));
    /// assert!(request.selects("latency", &["_bucket", "_sum", "_count"]));
    /// assert!(!request.selects("down", &[]));
    /// ```
    #[must_use]
    pub fn with_names<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.names = names.into_iter().map(Into::into).collect();
        self
    }

    /// One of the formats that the exposition offers.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// The names of the families that are asked for, sorted; none where everything is.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Whether only some families are asked for.
    pub fn is_filtered(&self) -> bool {
        !self.names.is_empty()
    }

    /// Whether a family is asked for, by its own name or by that of one of its samples.
    ///
    /// `suffixes` are what its samples' names may add to its own: `_bucket`, `_sum` and `_count`
    /// for a histogram in text.
    pub fn selects(&self, family: &str, suffixes: &[&str]) -> bool {
        self.names.is_empty()
            || self.names.contains(family)
            || suffixes
                .iter()
                .any(|suffix| self.names.contains(&[family, suffix].concat()))
    }
}
