//! The handle: what is read of a recorder, and taken away from it.

use std::{mem, sync::Arc};

use metrics::{IntoLabels, Key};
use serde_json::{Value, json};

use crate::{Format, Selection, exposition, labels, names, registry::Registry};

/// Reads a [`Recorder`](crate::Recorder), and takes series away.
///
/// Cheap to clone; all clones are the same.
///
/// Reading makes no one wait who counts, goes up or down, or records into buckets. Who sets a
/// gauge, or records into a summary or a native histogram, waits while that series is read; and who
/// registers a series, while its family is.
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
#[derive(Clone, Debug)]
pub struct Handle {
    registry: Arc<Registry>,
}

impl Handle {
    pub(crate) fn new(registry: Arc<Registry>) -> Self {
        Self { registry }
    }

    /// Renders everything in Prometheus' text format.
    pub fn render(&self) -> String {
        let mut out = String::new();
        exposition::text::write(&self.registry.read(&Selection::all()), &mut out);
        out
    }

    /// Renders everything in the text format of `OpenMetrics`.
    pub fn render_openmetrics(&self) -> String {
        let mut out = String::new();
        let created = self.registry.settings().created;
        exposition::openmetrics::write(&self.registry.read(&Selection::all()), created, &mut out);
        out
    }

    /// Writes what is selected to the end of `out`.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_recorder::{Format, RecorderBuilder, Selection};
    ///
    /// let (_recorder, handle) = RecorderBuilder::new().build()?;
    /// let mut out = Vec::new();
    /// handle.write(Format::OpenMetrics, &Selection::all(), &mut out);
    /// assert_eq!(out, b"# EOF\n");
    /// # Ok::<(), tollgate_recorder::Error>(())
    /// ```
    pub fn write(&self, format: Format, selection: &Selection, out: &mut Vec<u8>) {
        let snapshot = self.registry.read(selection);
        let created = self.registry.settings().created;
        match format {
            Format::Text => as_text(out, |out| exposition::text::write(&snapshot, out)),
            Format::OpenMetrics => as_text(out, |out| {
                exposition::openmetrics::write(&snapshot, created, out);
            }),
            #[cfg(feature = "protobuf")]
            Format::Protobuf => exposition::protobuf::write(&snapshot, created, out),
        }
    }

    /// Lists the families that are selected as JSON: `{"names":["orders_total"]}`.
    pub fn json_names(&self, selection: &Selection) -> Value {
        let names = self.registry.names(selection);
        json!({ "names": names.iter().map(|name| &**name).collect::<Vec<_>>() })
    }

    /// Renders one family as JSON, summed over the series that have all of `tags`.
    ///
    /// `None` if there is no such family, or no series of it has these tags. What JSON cannot tell,
    /// NaN and infinities, is `null`.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::json;
    /// use tollgate_recorder::RecorderBuilder;
    ///
    /// let (recorder, handle) = RecorderBuilder::new().build()?;
    /// metrics::with_local_recorder(&recorder, || {
    ///     metrics::describe_counter!("orders_total", "Orders that were placed.");
    ///     metrics::counter!("orders_total", "kind" => "book", "country" => "it").increment(2);
    ///     metrics::counter!("orders_total", "kind" => "book", "country" => "fi").increment(3);
    /// });
    ///
    /// assert_eq!(
    ///     handle.json_metric("orders_total", &[("kind", "book")]),
    ///     Some(json!({
    ///         "name": "orders_total",
    ///         "measurements": [{ "statistic": "COUNT", "value": 5 }],
    ///         "availableTags": [{ "tag": "country", "values": ["fi", "it"] }],
    ///         "description": "Orders that were placed.",
    ///         "baseUnit": null,
    ///     })),
    /// );
    /// # Ok::<(), tollgate_recorder::Error>(())
    /// ```
    pub fn json_metric(&self, name: &str, tags: &[(&str, &str)]) -> Option<Value> {
        let name = &*names::metric(name);
        let snapshot = self.registry.read(&Selection::names([name]));
        let family = snapshot
            .families
            .iter()
            .find(|family| &*family.name == name)?;
        exposition::json::metric(family, tags)
    }

    /// How many samples a scrape in the text format has: of a histogram, each bucket, sum and
    /// count.
    ///
    /// To Prometheus, each is a series.
    pub fn samples(&self) -> usize {
        let families = self.registry.families();
        let members = families.iter().map(|family| &family.members);
        members
            .map(|members| members.len() * members.samples())
            .sum()
    }

    /// How many series there are, a histogram counted as one.
    ///
    /// [`samples`](Self::samples) counts as Prometheus does.
    pub fn series(&self) -> usize {
        self.registry
            .families()
            .iter()
            .map(|family| family.members.len())
            .sum()
    }

    /// Hides and resets the series with exactly these labels, and tells whether there was one.
    ///
    /// Global labels need not be given. Handles of it stay valid: the next write through one shows
    /// the series again, counting from zero.
    pub fn remove(&self, name: &str, labels: impl IntoLabels) -> bool {
        self.registry.find(name).is_some_and(|family| {
            let key = Key::from_parts(name.to_owned(), labels);
            let global = &self.registry.settings().global_labels;
            family
                .members
                .remove(&labels::text(&key, global, family.members.kind()))
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

    /// Hides and resets what has been idle for too long, as every reading does.
    pub fn expire(&self) {
        self.registry.expire();
    }
}

/// Appends text to bytes, without copying it if there are none yet.
fn as_text(out: &mut Vec<u8>, write: impl FnOnce(&mut String)) {
    let mut text = String::new();
    if out.is_empty() {
        // What is empty is valid UTF-8, and has the capacity of the last scrape.
        text = String::from_utf8(mem::take(out)).unwrap_or_default();
    }
    write(&mut text);
    if out.is_empty() {
        *out = text.into_bytes();
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use crate::{Format, Handle, Matcher, NativeHistogram, RecorderBuilder, Selection};

    fn handle() -> Handle {
        let (recorder, handle) = RecorderBuilder::new().build().unwrap();
        metrics::with_local_recorder(&recorder, || {
            metrics::gauge!("up").set(1);
            metrics::counter!("orders_total").increment(2);
        });
        handle
    }

    #[test]
    fn write_appends_to_the_buffer() {
        let handle = handle();
        for format in Format::ALL {
            let mut alone = Vec::new();
            handle.write(*format, &Selection::all(), &mut alone);
            let mut after = b"before\n".to_vec();
            handle.write(*format, &Selection::all(), &mut after);
            assert_eq!(after, [b"before\n", &*alone].concat(), "{format:?}");
        }
    }

    #[test]
    fn write_reuses_the_buffer() {
        let mut out = Vec::with_capacity(1000);
        let place = out.as_ptr();
        handle().write(Format::Text, &Selection::all(), &mut out);
        assert!(!out.is_empty());
        assert_eq!(out.as_ptr(), place);
    }

    #[test]
    fn selection_applies_to_both_text_formats() {
        let handle = handle();
        for (format, expected) in [
            (
                Format::Text,
                "# TYPE orders_total counter\norders_total 2\n",
            ),
            (
                Format::OpenMetrics,
                "# TYPE orders counter\norders_total 2\n# EOF\n",
            ),
        ] {
            let mut out = Vec::new();
            handle.write(format, &Selection::names(["orders", "unknown"]), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    #[test]
    fn removing_an_unknown_series_changes_nothing() {
        let handle = handle();
        assert!(!handle.remove("up", &[("zone", "a")]));
        assert!(!handle.remove("unknown", &[] as &[(&str, &str)]));
        handle.remove_family("unknown");
        assert_eq!(handle.series(), 2);
    }

    #[test]
    fn names_are_sanitized_before_the_lookup() {
        let (recorder, handle) = RecorderBuilder::new().build().unwrap();
        metrics::with_local_recorder(&recorder, || metrics::counter!("a.b").increment(1));
        assert_eq!(handle.json_metric("a.b", &[]).unwrap()["name"], "a_b");
        handle.remove_family("a.b");
        assert_eq!(
            handle.json_names(&Selection::all())["names"],
            serde_json::json!([])
        );
    }

    #[test]
    fn samples_counts_the_lines_of_the_text() {
        let builder = RecorderBuilder::new()
            .summary_for(Matcher::Full("size".into()), &[0.5, 0.9])
            .native_histogram_for(Matcher::Full("native".into()), NativeHistogram::new());
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
        assert_eq!(handle.samples(), lines.count());
        assert_eq!(handle.series(), 8);
    }
}
