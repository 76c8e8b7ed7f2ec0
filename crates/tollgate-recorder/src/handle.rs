//! The handle: reads a recorder, and removes series.

use std::{error::Error, sync::Arc};

use metrics::{IntoLabels, Key};
use tollgate_exposition::{Exposition, Format, Selection, Snapshot};

use crate::{labels, registry::Registry};

/// Reads a [`Recorder`](crate::Recorder), and removes series.
///
/// Cheap to clone; all clones are the same.
///
/// Reading never blocks counters, gauge increments or bucketed histograms. Setting a gauge and
/// recording into a summary or a native histogram wait while that series is read, and registering a
/// series waits while its family is.
///
/// # Examples
///
/// ```
/// use tollgate_recorder::RecorderBuilder;
///
/// let (recorder, handle) = RecorderBuilder::new().build()?;
/// let orders = metrics::with_local_recorder(&recorder, || metrics::counter!("orders_total"));
/// orders.increment(5);
///
/// handle.remove("orders_total", &[("kind", "book")]);
/// assert_eq!(handle.render(), "# TYPE orders_total counter\norders_total 5\n");
///
/// handle.remove_family("orders_total");
/// assert_eq!(handle.render(), "");
///
/// orders.increment(1);
/// assert_eq!(handle.render(), "# TYPE orders_total counter\norders_total 1\n");
/// # Ok::<(), tollgate_recorder::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Handle {
    registry: Arc<Registry>,
}

impl Handle {
    pub(crate) fn new(registry: Arc<Registry>) -> Self {
        Self { registry }
    }

    /// Reads what is selected.
    ///
    /// Every cell is read once, so numbers that depend on each other agree: a histogram's count is the
    /// sum of its buckets. Different series are read one after the other, while writers go on.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_exposition::{Format, Selection};
    /// use tollgate_recorder::RecorderBuilder;
    ///
    /// let (recorder, handle) = RecorderBuilder::new().build()?;
    /// metrics::with_local_recorder(&recorder, || {
    ///     metrics::gauge!("up").set(1);
    ///     metrics::gauge!("down").set(0);
    /// });
    ///
    /// let mut out = Vec::new();
    /// handle.read(&Selection::names(["up"])).write(Format::OpenMetrics, &mut out);
    /// assert_eq!(out, b"# TYPE up gauge\nup 1\n# EOF\n");
    /// # Ok::<(), tollgate_recorder::Error>(())
    /// ```
    pub fn read(&self, selection: &Selection) -> Snapshot {
        self.registry.read(selection)
    }

    /// Renders everything in Prometheus' text format.
    pub fn render(&self) -> String {
        self.rendered(Format::Text)
    }

    /// Renders everything in the text format of `OpenMetrics`.
    pub fn render_openmetrics(&self) -> String {
        self.rendered(Format::OpenMetrics)
    }

    fn rendered(&self, format: Format) -> String {
        let mut out = Vec::new();
        self.read(&Selection::all()).write(format, &mut out);
        String::from_utf8(out).unwrap_or_default()
    }

    /// Returns the number of series. A histogram is one, unlike in
    /// [`Snapshot::samples`], which counts as Prometheus does.
    pub fn series(&self) -> usize {
        self.registry
            .families()
            .iter()
            .map(|family| family.members.len())
            .sum()
    }

    /// Hides and resets the series with exactly these labels, and returns whether there was one.
    ///
    /// Constant labels need not be given. Handles of it stay valid: the next write through one shows
    /// the series again, counting from zero.
    pub fn remove(&self, name: &str, labels: impl IntoLabels) -> bool {
        self.registry.find(name).is_some_and(|family| {
            let key = Key::from_parts(name.to_owned(), labels);
            let constant = &self.registry.settings.constant_labels;
            family
                .members
                .remove(&labels::text(&key, constant, family.members.kind()))
        })
    }

    /// Hides and resets all series of this name.
    pub fn remove_family(&self, name: &str) {
        if let Some(family) = self.registry.find(name) {
            family.members.clear();
        }
    }

    /// Hides and resets all series, for tests that share a recorder.
    pub fn reset(&self) {
        for family in self.registry.families() {
            family.members.clear();
        }
    }

    /// Hides and resets series that have been idle for too long, as every reading does.
    pub fn expire(&self) {
        self.registry.expire();
    }
}

impl Exposition for Handle {
    fn read(&self, selection: &Selection) -> Result<Snapshot, Box<dyn Error + Send + Sync>> {
        Ok(self.registry.read(selection))
    }
}

#[cfg(test)]
mod tests {
    use tollgate_exposition::{Exposition as _, Format, Selection};

    use crate::{Handle, Matcher, RecorderBuilder};

    fn handle() -> Handle {
        let (recorder, handle) = RecorderBuilder::new().build().unwrap();
        metrics::with_local_recorder(&recorder, || {
            metrics::gauge!("up").set(1);
            metrics::counter!("orders_total", "kind" => "tea").increment(2);
            metrics::counter!("orders_total", "kind" => "milk").increment(3);
        });
        handle
    }

    #[test]
    fn selection_applies_to_both_text_formats() {
        let names = Selection::names(["orders", "unknown"]).label("kind", "tea");
        for (format, expected) in [
            (
                Format::Text,
                "# TYPE orders_total counter\norders_total{kind=\"tea\"} 2\n",
            ),
            (
                Format::OpenMetrics,
                "# TYPE orders counter\norders_total{kind=\"tea\"} 2\n# EOF\n",
            ),
            (Format::Json, r#"{"names":["orders_total"]}"#),
        ] {
            let mut out = Vec::new();
            let samples = handle().write(format, &names, &mut out).unwrap();
            assert_eq!(samples, 1);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    #[test]
    fn write_reuses_the_buffer() {
        let mut out = Vec::with_capacity(1000);
        let start = out.as_ptr();
        handle()
            .read(&Selection::all())
            .write(Format::Text, &mut out);
        assert!(!out.is_empty());
        assert_eq!(out.as_ptr(), start);
    }

    #[test]
    fn removing_an_absent_series_changes_nothing() {
        let handle = handle();
        assert!(!handle.remove("up", &[("zone", "a")]));
        assert!(!handle.remove("unknown", &[] as &[(&str, &str)]));
        handle.remove_family("unknown");
        assert_eq!(handle.series(), 3);
    }

    #[test]
    fn names_are_sanitized_before_the_lookup() {
        let (recorder, handle) = RecorderBuilder::new().build().unwrap();
        metrics::with_local_recorder(&recorder, || metrics::counter!("a.b").increment(1));
        assert!(handle.read(&Selection::all()).family("a_b").is_some());
        handle.remove_family("a.b");
        assert!(handle.read(&Selection::all()).families().is_empty());
    }

    #[test]
    fn samples_counts_the_lines_of_the_text() {
        let builder = RecorderBuilder::new()
            .summary_for(Matcher::Full("size".into()), &[0.5, 0.9])
            .native_histogram_for(Matcher::Full("native".into()), 3, 160);
        let (recorder, handle) = builder.build().unwrap();
        metrics::with_local_recorder(&recorder, || {
            metrics::counter!("orders_total").increment(1);
            metrics::gauge!("up").set(1);
            for name in ["wait", "size", "native"] {
                metrics::histogram!(name, "a" => "1").record(1.0);
                metrics::histogram!(name, "a" => "2").record(1.0);
            }
        });
        let text = handle.render();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(handle.read(&Selection::all()).samples(), lines.count());
        assert_eq!(handle.series(), 8);
    }
}
