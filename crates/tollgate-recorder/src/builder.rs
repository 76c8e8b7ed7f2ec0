//! The settings of a recorder.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use metrics::Label;
use tollgate_exposition::Kind;

use crate::{
    Error, Handle, Matcher, Recorder,
    exemplar::{Sampling, Source},
    names,
    registry::{Registry, Settings},
    shape::{Shape, Shapes},
};

const MAX_SERIES: usize = 10_000;

const EXEMPLAR_INTERVAL: Duration = Duration::from_secs(1);

/// The handle of the recorder that [`RecorderBuilder::install`] made the global one.
static INSTALLED: Mutex<Option<Handle>> = Mutex::new(None);

/// Settings of a [`Recorder`], checked by [`build`](Self::build) and [`install`](Self::install).
///
/// # Buckets
///
/// The bounds of a histogram are the first of these:
///
/// 1. those given in code for its name ([`buckets_for`](Self::buckets_for)), of which a summary or
///    native histogram is another form
/// 2. those of [`seconds_buckets`](Self::seconds_buckets), if it is measured in seconds
/// 3. those that the registering code suggests, as all metrics of tollgate's own do
/// 4. those of [`buckets`](Self::buckets)
/// 5. by its unit, 64 B to 64 MiB in powers of four for bytes, and else OpenTelemetry's for seconds:
///    .005 .01 .025 .05 .075 .1 .25 .5 .75 1 2.5 5 7.5 10
///
/// The unit is the described one, or else the base unit that the name ends with: `_seconds` or
/// `_bytes`.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tollgate_recorder::{Matcher, RecorderBuilder};
///
/// let (recorder, handle) = RecorderBuilder::new()
///     .seconds_buckets(&[0.1, 0.5, 2.5])
///     .buckets_for(Matcher::Suffix("_bytes".into()), &[1e3, 1e6, 1e9])
///     .constant_label("region", "eu")
///     .idle_timeout(Duration::from_secs(3600))
///     .build()?;
/// # let _ = (recorder, handle);
/// # Ok::<(), tollgate_recorder::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct RecorderBuilder {
    settings: Settings,
    /// The first invalid setting.
    invalid: Option<Error>,
}

impl RecorderBuilder {
    /// Creates the default settings: buckets by unit for every histogram, at most 10,000 series in a
    /// family, no idle timeout.
    pub fn new() -> Self {
        let settings = Settings {
            shapes: Shapes::default(),
            constant_labels: Vec::new(),
            max_series: MAX_SERIES,
            idle_timeouts: Vec::new(),
            sampling: Sampling {
                source: None,
                interval: EXEMPLAR_INTERVAL,
            },
            created: false,
        };
        Self {
            settings,
            invalid: None,
        }
    }

    /// Sets the upper bounds of every histogram without [more exact ones](Self#buckets), the lowest
    /// first, at most 512.
    ///
    /// The last bucket, `+Inf`, is always there.
    pub fn buckets(mut self, bounds: &[f64]) -> Self {
        self.settings.shapes.others = self.checked(Shape::buckets(bounds));
        self
    }

    /// Sets the upper bounds of every histogram measured in seconds, unless its name has bounds of
    /// its own.
    pub fn seconds_buckets(mut self, bounds: &[f64]) -> Self {
        self.settings.shapes.seconds = self.checked(Shape::buckets(bounds));
        self
    }

    /// Sets the upper bounds of the histograms with these names.
    pub fn buckets_for(self, matcher: Matcher, bounds: &[f64]) -> Self {
        self.shape_for(matcher, Shape::buckets(bounds))
    }

    /// Keeps the histograms with these names as summaries: quantiles of the last minute, such as 0.5,
    /// 0.9 and 0.99.
    ///
    /// Recording into one takes a lock, and quantiles of several servers cannot be added up: prefer
    /// buckets.
    pub fn summary_for(self, matcher: Matcher, quantiles: &[f64]) -> Self {
        self.shape_for(matcher, Shape::summary(quantiles))
    }

    /// Keeps the histograms with these names as [native histograms]: exponential buckets that need no
    /// bounds. Recording into one takes a lock.
    ///
    /// `schema` is the resolution: each bucket ends at 2^(2^-`schema`) times the one before, from -4
    /// (65,536 times) to 8 (1.0027 times); 3 (1.09 times) suits most. A series that fills more than
    /// `max_buckets`, such as 160, lowers its schema by one, which merges every two buckets. At schema
    /// -4, where all finite numbers fit into 146 buckets, it is not lowered any more.
    ///
    /// Only the protobuf format carries one whole. In the text formats it has the bucket `+Inf` alone,
    /// with its count and sum.
    ///
    /// [native histograms]: https://prometheus.io/docs/specs/native_histograms/
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_recorder::{Matcher, RecorderBuilder};
    ///
    /// let seconds = Matcher::Suffix("_seconds".into());
    /// let builder = RecorderBuilder::new().native_histogram_for(seconds, 5, 300);
    /// # builder.build()?;
    /// # Ok::<(), tollgate_recorder::Error>(())
    /// ```
    pub fn native_histogram_for(self, matcher: Matcher, schema: i32, max_buckets: usize) -> Self {
        self.shape_for(matcher, Shape::native(schema, max_buckets))
    }

    /// Adds a label to every series that has none of this name.
    pub fn constant_label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        let kinds = [Kind::Histogram, Kind::Summary];
        let labels = &mut self.settings.constant_labels;
        let problem = if kinds.iter().any(|&kind| names::label(&name, kind) != name) {
            "is reserved or no valid name: give one of letters, digits and underscores"
        } else if labels.iter().any(|(earlier, _)| *earlier == name) {
            "is given twice: give it once"
        } else {
            labels.push((name, value));
            return self;
        };
        let error = Error::setting(format!("the constant label {name:?} {problem}"));
        self.invalid.get_or_insert(error);
        self
    }

    /// Sets the number of series that a family may have, 10,000 by default.
    ///
    /// All series beyond are counted together in one more, `overflow="true"`, which has no labels but
    /// that and the constant ones. Sums over the family stay right. A gauge there is the sum of ups
    /// and downs, or the value that was set last. Every such registration adds one to
    /// `tollgate_series_overflow_total{family}`.
    pub fn max_series(mut self, series: usize) -> Self {
        self.settings.max_series = series;
        self
    }

    /// Hides and resets every series that was not written to during `timeout`.
    ///
    /// Handles stay valid, and the next write through one shows its series again. A gauge that is up by
    /// its increments is not idle: what it counts has not ended. One with a handle keeps its level while
    /// it is hidden.
    ///
    /// Each reading of the recorder looks for idle series, so a series lives for at least two
    /// readings.
    pub fn idle_timeout(self, timeout: Duration) -> Self {
        self.idle_timeout_for(Kind::Counter, timeout)
            .idle_timeout_for(Kind::Gauge, timeout)
            .idle_timeout_for(Kind::Histogram, timeout)
    }

    /// Hides and resets every series of this kind that was not written to during `timeout`. Summaries
    /// are among the histograms, since they are registered as such.
    pub fn idle_timeout_for(mut self, kind: Kind, timeout: Duration) -> Self {
        self.settings.idle_timeouts.push((kind, timeout));
        self
    }

    /// Takes exemplars from `source`, for histograms with buckets.
    ///
    /// It returns the labels of the observation that is being recorded, such as the current trace id,
    /// or `None`. It is asked at most once for each bucket and interval, also after `None`. It may
    /// record metrics, for which it is not asked. After a panic it is not asked for that bucket again.
    ///
    /// Names and values may have 128 characters together, as `OpenMetrics` says; longer ones are
    /// dropped. Exemplars are exposed in `OpenMetrics` and protobuf.
    ///
    /// # Examples
    ///
    /// ```
    /// use metrics::Label;
    /// use tollgate_recorder::RecorderBuilder;
    ///
    /// let request_id = || Some(vec![Label::new("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736")]);
    /// let builder = RecorderBuilder::new().exemplars(request_id);
    /// # builder.build()?;
    /// # Ok::<(), tollgate_recorder::Error>(())
    /// ```
    pub fn exemplars(
        mut self,
        source: impl Fn() -> Option<Vec<Label>> + Send + Sync + 'static,
    ) -> Self {
        self.settings.sampling.source = Some(Source(Arc::new(source)));
        self
    }

    /// Sets how long a bucket keeps its exemplar before it takes another, one second by default.
    pub fn exemplar_interval(mut self, interval: Duration) -> Self {
        self.settings.sampling.interval = interval;
        self
    }

    /// Exposes the time at which each counter, histogram and summary began to count, in
    /// `OpenMetrics` (`_created`) and protobuf.
    pub fn created(mut self, is_exposed: bool) -> Self {
        self.settings.created = is_exposed;
        self
    }

    /// Builds a recorder, and the handle to read it. Nothing global changes.
    ///
    /// # Errors
    ///
    /// If a setting is invalid. The message says the fix.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_recorder::RecorderBuilder;
    ///
    /// let (recorder, handle) = RecorderBuilder::new().build()?;
    /// metrics::with_local_recorder(&recorder, || {
    ///     metrics::counter!("orders_total", "kind" => "book").increment(2);
    /// });
    ///
    /// assert_eq!(handle.render(), "# TYPE orders_total counter\norders_total{kind=\"book\"} 2\n");
    /// # Ok::<(), tollgate_recorder::Error>(())
    /// ```
    pub fn build(self) -> Result<(Recorder, Handle), Error> {
        if let Some(invalid) = self.invalid {
            return Err(invalid);
        }
        let registry = Arc::new(Registry::new(self.settings));
        Ok((Recorder::new(registry.clone()), Handle::new(registry)))
    }

    /// Builds a recorder and makes it the global one, unless this was done before.
    ///
    /// A later call returns the handle of the recorder that is installed already, and ignores its
    /// settings.
    ///
    /// # Errors
    ///
    /// As for [`build`](Self::build), and if another crate's recorder is the global one.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_recorder::RecorderBuilder;
    ///
    /// let handle = RecorderBuilder::new().install()?;
    /// metrics::gauge!("up").set(1);
    ///
    /// assert_eq!(RecorderBuilder::new().install()?.render(), handle.render());
    /// # Ok::<(), tollgate_recorder::Error>(())
    /// ```
    pub fn install(self) -> Result<Handle, Error> {
        let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(handle) = &*installed {
            return Ok(handle.clone());
        }
        let (recorder, handle) = self.build()?;
        metrics::set_global_recorder(recorder).map_err(|_| Error::other_recorder())?;
        Ok(installed.insert(handle).clone())
    }

    fn shape_for(mut self, matcher: Matcher, shape: Result<Shape, Error>) -> Self {
        if let Some(shape) = self.checked(shape) {
            let by_name = &mut self.settings.shapes.by_name;
            by_name.push((matcher.sanitized(), shape));
        }
        self
    }

    /// Keeps the first error for [`build`](Self::build).
    fn checked(&mut self, shape: Result<Shape, Error>) -> Option<Shape> {
        shape
            .map_err(|error| self.invalid.get_or_insert(error))
            .ok()
    }
}

impl Default for RecorderBuilder {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
