//! How a recorder is set up.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::{
    Error, ErrorKind, ExemplarSource, Handle, Matcher, MetricKind, NativeHistogram, Recorder,
    exemplar::Sampling,
    kind::Kind,
    names,
    registry::{Registry, Settings},
    shape::{Shape, Shapes},
};

/// The bounds that OpenTelemetry advises for durations in seconds.
const DEFAULT_BUCKETS: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

const DEFAULT_SERIES_CAP: usize = 10_000;

const DEFAULT_EXEMPLAR_INTERVAL: Duration = Duration::from_secs(1);

/// The handle of the recorder that [`RecorderBuilder::install`] made the global one.
static INSTALLED: Mutex<Option<Handle>> = Mutex::new(None);

/// Settings of a [`Recorder`].
///
/// Whatever is wrong with them is told by [`build`](Self::build) or [`install`](Self::install).
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use tollgate_recorder::{Matcher, RecorderBuilder};
///
/// let (recorder, handle) = RecorderBuilder::new()
///     .buckets(&[0.1, 0.5, 2.5])
///     .buckets_for(Matcher::Suffix("_bytes".into()), &[1e3, 1e6, 1e9])
///     .global_label("region", "eu")
///     .idle_timeout(Duration::from_secs(3600))
///     .build()?;
/// # let _ = (recorder, handle);
/// # Ok::<(), tollgate_recorder::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct RecorderBuilder {
    default: Result<Shape, Error>,
    overrides: Vec<(Matcher, Result<Shape, Error>)>,
    global_labels: Vec<(String, String)>,
    series_cap: usize,
    idle_timeouts: Vec<(MetricKind, Duration)>,
    exemplars: Option<Sampling>,
    exemplar_interval: Duration,
    created: bool,
}

impl RecorderBuilder {
    /// Creates the default settings: OpenTelemetry's buckets for every histogram, at most 10,000
    /// series per family, no idle timeout.
    pub fn new() -> Self {
        Self {
            default: Shape::buckets(&DEFAULT_BUCKETS),
            overrides: Vec::new(),
            global_labels: Vec::new(),
            series_cap: DEFAULT_SERIES_CAP,
            idle_timeouts: Vec::new(),
            exemplars: None,
            exemplar_interval: DEFAULT_EXEMPLAR_INTERVAL,
            created: false,
        }
    }

    /// Sets the upper bounds of every histogram's buckets, the lowest first. The last bucket,
    /// `+Inf`, is always there.
    ///
    /// By default .005 .01 .025 .05 .075 .1 .25 .5 .75 1 2.5 5 7.5 10. At most 512.
    pub fn buckets(mut self, bounds: &[f64]) -> Self {
        self.default = Shape::buckets(bounds);
        self
    }

    /// Sets the upper bounds of some histograms' buckets.
    pub fn buckets_for(self, matcher: Matcher, bounds: &[f64]) -> Self {
        self.shape_for(matcher, Shape::buckets(bounds))
    }

    /// Keeps some histograms as summaries: quantiles of the last minute, such as 0.5, 0.9 and 0.99.
    ///
    /// Recording into one takes a lock, and quantiles of several servers cannot be added up: prefer
    /// buckets.
    pub fn summary_for(self, matcher: Matcher, quantiles: &[f64]) -> Self {
        self.shape_for(matcher, Shape::summary(quantiles))
    }

    /// Keeps some histograms as native ones. Recording into one takes a lock.
    pub fn native_histogram_for(self, matcher: Matcher, histogram: NativeHistogram) -> Self {
        self.shape_for(matcher, Shape::native(histogram))
    }

    /// Gives every series a label, unless it has one of that name itself.
    pub fn global_label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.global_labels.push((name.into(), value.into()));
        self
    }

    /// Sets how many series a family can have. By default 10,000.
    ///
    /// What is registered beyond is counted together in one more series, `overflow="true"`, which
    /// has no labels but that and the global ones: sums over the family stay right, and a gauge
    /// there is the sum of ups and downs, or what was set last. Every such registration adds one to
    /// `tollgate_series_overflow_total{family}`.
    pub fn series_cap(mut self, series: usize) -> Self {
        self.series_cap = series;
        self
    }

    /// Hides and resets every series that was not written to for so long.
    ///
    /// Handles stay valid, and the next write through one shows its series again. A gauge that is
    /// held by a handle keeps its level while it is hidden: what went up is still up.
    ///
    /// It is looked for when the recorder is read, so a series lives for at least two readings.
    pub fn idle_timeout(self, timeout: Duration) -> Self {
        [
            MetricKind::Counter,
            MetricKind::Gauge,
            MetricKind::Histogram,
        ]
        .into_iter()
        .fold(self, |builder, kind| {
            builder.idle_timeout_for(kind, timeout)
        })
    }

    /// Hides and resets every series of this kind that was not written to for so long.
    pub fn idle_timeout_for(mut self, kind: MetricKind, timeout: Duration) -> Self {
        self.idle_timeouts.push((kind, timeout));
        self
    }

    /// Takes exemplars from `source`, for histograms with buckets.
    ///
    /// They are exposed in `OpenMetrics` and protobuf.
    pub fn exemplars(mut self, source: impl ExemplarSource) -> Self {
        self.exemplars = Some(Sampling {
            source: Arc::new(source),
            interval: self.exemplar_interval,
        });
        self
    }

    /// Sets how long a bucket keeps its exemplar before it takes another. By default one second.
    pub fn exemplar_interval(mut self, interval: Duration) -> Self {
        self.exemplar_interval = interval;
        if let Some(sampling) = &mut self.exemplars {
            sampling.interval = interval;
        }
        self
    }

    /// Exposes when each counter, histogram and summary began to count, in `OpenMetrics`
    /// (`_created`) and protobuf.
    pub fn created(mut self, is_exposed: bool) -> Self {
        self.created = is_exposed;
        self
    }

    /// Builds a recorder, and the handle to read it. Nothing global changes.
    ///
    /// # Errors
    ///
    /// The first setting that is wrong, in words that say how it would be right.
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
        let overrides = self
            .overrides
            .into_iter()
            .map(|(matcher, shape)| Ok((matcher, shape?)));
        let shapes = Shapes::new(self.default?, overrides.collect::<Result<_, _>>()?);
        let settings = Settings {
            shapes,
            global_labels: checked(self.global_labels)?.into(),
            series_cap: self.series_cap,
            idle_timeouts: self.idle_timeouts,
            sampling: self.exemplars,
            created: self.created,
        };
        let registry = Arc::new(Registry::new(settings));
        Ok((Recorder::new(registry.clone()), Handle::new(registry)))
    }

    /// Builds a recorder and makes it the global one, unless this was done before.
    ///
    /// Whoever calls it later, with whatever settings, gets the handle of the recorder that is
    /// installed already.
    ///
    /// # Errors
    ///
    /// As for [`build`](Self::build), and if a recorder that is not of this crate is the global
    /// one.
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
        metrics::set_global_recorder(recorder).map_err(|_| {
            let message = "another recorder is installed already: install this one before it, or only one of them";
            Error::new(ErrorKind::OtherRecorder, message)
        })?;
        Ok(installed.insert(handle).clone())
    }

    fn shape_for(mut self, matcher: Matcher, shape: Result<Shape, Error>) -> Self {
        self.overrides.push((matcher.sanitized(), shape));
        self
    }
}

impl Default for RecorderBuilder {
    fn default() -> Self {
        Self::new()
    }
}

fn checked(labels: Vec<(String, String)>) -> Result<Vec<(String, String)>, Error> {
    let kinds = [Kind::Histogram, Kind::Summary];
    for (index, (name, _)) in labels.iter().enumerate() {
        let problem = if kinds
            .iter()
            .any(|&kind| names::label(name, kind) != name.as_str())
        {
            "is reserved or no valid name: give one of letters, digits and underscores"
        } else if labels[..index].iter().any(|(earlier, _)| earlier == name) {
            "is given twice: give it once"
        } else {
            continue;
        };
        return Err(Error::new(
            ErrorKind::GlobalLabel,
            format!("the global label {name:?} {problem}"),
        ));
    }
    Ok(labels)
}

#[cfg(test)]
mod tests;
