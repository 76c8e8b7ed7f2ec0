//! The handle of metrics-exporter-prometheus as an exposition.

use axum::BoxError;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::{Exposition, RenderRequest};

/// Text only, in the order of the recorder's maps, which differs from scrape to scrape.
impl Exposition for PrometheusHandle {
    fn render(&self, request: &RenderRequest, out: &mut Vec<u8>) -> Result<(), BoxError> {
        if !request.is_filtered() {
            self.render_to_write(out)?;
            return Ok(());
        }
        // The handle renders everything or nothing, so the choice is made on its text.
        let mut text = Vec::with_capacity(out.capacity());
        self.render_to_write(&mut text)?;
        for family in families(str::from_utf8(&text)?) {
            if is_selected(request, family) {
                out.extend_from_slice(family.as_bytes());
            }
        }
        Ok(())
    }
}

/// Splits what the handle rendered into its families, comments included.
///
/// It ends each with an empty line, and there is no other: line breaks in label values and help
/// texts are escaped.
fn families(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive("\n\n")
}

fn is_selected(request: &RenderRequest, family: &str) -> bool {
    family
        .lines()
        .find_map(|line| line.strip_prefix("# TYPE "))
        .and_then(|declaration| declaration.split_once(' '))
        .is_some_and(|(name, kind)| request.selects(name, sample_suffixes(kind)))
}

fn sample_suffixes(kind: &str) -> &'static [&'static str] {
    match kind {
        "histogram" => &["_bucket", "_sum", "_count"],
        "summary" => &["_sum", "_count"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use metrics::{Key, Level, Metadata, Recorder, Unit};
    use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusRecorder};

    use super::PrometheusHandle;
    use crate::{Exposition, Format, RenderRequest};

    const METADATA: Metadata<'_> = Metadata::new("", Level::INFO, None);

    /// Two families of every type, with help texts and label values that try to look like something
    /// else.
    fn recorder() -> PrometheusRecorder {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Prefix("histogram".into()), &[1.0])
            .unwrap()
            .build_recorder();
        let hostile = "\n\n# TYPE gauge_a counter\ngauge_a 1\n\n";
        for name in ["a", "b"] {
            let labels = &[("label", hostile)];
            let key = |kind: &str| Key::from_parts(format!("{kind}_{name}"), labels);
            recorder.describe_counter(
                key("counter").name().to_owned().into(),
                Some(Unit::Count),
                hostile.into(),
            );
            recorder
                .register_counter(&key("counter"), &METADATA)
                .increment(1);
            recorder.register_gauge(&key("gauge"), &METADATA).set(1.0);
            for kind in ["histogram", "summary"] {
                recorder
                    .register_histogram(&key(kind), &METADATA)
                    .record(0.5);
            }
        }
        // Looks like a sample of `histogram_a`, and is a family of its own.
        recorder
            .register_gauge(&Key::from_name("histogram_a_total"), &METADATA)
            .set(1.0);
        recorder
    }

    /// The lines of a rendering, whose order is the maps'.
    #[track_caller]
    fn lines(handle: &PrometheusHandle, names: &[&str]) -> BTreeSet<String> {
        let request = RenderRequest::new(Format::TEXT_0_0_4).with_names(names.iter().copied());
        let mut out = Vec::new();
        Exposition::render(handle, &request, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        text.lines()
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// The lines of the whole rendering that belong to `family`.
    fn family(handle: &PrometheusHandle, family: &str) -> BTreeSet<String> {
        let of_family = |line: &String| {
            let name = line
                .trim_start_matches("# HELP ")
                .trim_start_matches("# TYPE ")
                .split(['{', ' '])
                .next();
            name.is_some_and(|name| {
                name.strip_prefix(family)
                    .is_some_and(|rest| ["", "_bucket", "_sum", "_count"].contains(&rest))
            })
        };
        lines(handle, &[]).into_iter().filter(of_family).collect()
    }

    #[test]
    fn a_family_is_selected_whole_by_its_name_or_a_samples() {
        let handle = recorder().handle();
        for (name, selected, lines_of_it) in [
            ("counter_a", "counter_a", 3),
            ("gauge_a", "gauge_a", 2),
            ("histogram_a", "histogram_a", 5),
            ("histogram_a_bucket", "histogram_a", 5),
            ("histogram_a_sum", "histogram_a", 5),
            ("histogram_a_count", "histogram_a", 5),
            ("histogram_a_total", "histogram_a_total", 2),
            ("summary_a_sum", "summary_a", 10),
        ] {
            let got = lines(&handle, &[name]);
            assert_eq!(got, family(&handle, selected), "{name}");
            assert_eq!(got.len(), lines_of_it, "{name}");
        }
    }

    #[test]
    fn names_that_belong_to_no_family_select_nothing() {
        let handle = recorder().handle();
        for name in [
            "",
            "counter",
            "counter_a_sum",
            "gauge_a_bucket",
            "summary_a_bucket",
            "_sum",
        ] {
            assert_eq!(lines(&handle, &[name]), BTreeSet::new(), "{name:?}");
        }
    }

    #[test]
    fn several_names_select_several_families() {
        let handle = recorder().handle();
        let mut both = family(&handle, "gauge_a");
        both.extend(family(&handle, "counter_b"));

        assert_eq!(lines(&handle, &["gauge_a", "counter_b", "unknown"]), both);
    }
}
