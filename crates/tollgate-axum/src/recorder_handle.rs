//! The handle of tollgate's recorder as an exposition.

use axum::BoxError;
use tollgate_recorder::{Format as RecorderFormat, Handle, Selection};

use crate::{Exposition, Format, RenderRequest};

const FORMATS: &[Format] = &[
    Format::TEXT_0_0_4,
    Format::OPENMETRICS_1_0_0,
    #[cfg(feature = "protobuf")]
    Format::PROTOBUF,
    Format::JSON,
];

/// Text, `OpenMetrics`, protobuf (feature `protobuf`), and the names of all families as JSON.
impl Exposition for Handle {
    fn render(&self, request: &RenderRequest, out: &mut Vec<u8>) -> Result<(), BoxError> {
        let selection = Selection::names(request.names());
        let format = match request.format() {
            Format::JSON => {
                out.extend_from_slice(self.json_names(&selection).to_string().as_bytes());
                return Ok(());
            }
            #[cfg(feature = "protobuf")]
            Format::PROTOBUF => RecorderFormat::Protobuf,
            Format::OPENMETRICS_1_0_0 => RecorderFormat::OpenMetrics,
            _ => RecorderFormat::Text,
        };
        self.write(format, &selection, out);
        Ok(())
    }

    fn formats(&self) -> &[Format] {
        FORMATS
    }

    fn series(&self) -> Option<usize> {
        Some(self.samples())
    }
}

#[cfg(test)]
mod tests {
    use tollgate_recorder::RecorderBuilder;

    use super::*;

    #[track_caller]
    fn rendered(request: &RenderRequest) -> String {
        let (recorder, handle) = RecorderBuilder::new().build().unwrap();
        metrics::with_local_recorder(&recorder, || {
            metrics::counter!("orders_total").increment(2);
            metrics::gauge!("up").set(1);
        });
        let mut out = Vec::new();
        Exposition::render(&handle, request, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_format_is_the_recorders_own() {
        let request = RenderRequest::new;
        assert_eq!(
            rendered(&request(Format::TEXT_0_0_4)),
            "# TYPE orders_total counter\norders_total 2\n# TYPE up gauge\nup 1\n"
        );
        assert_eq!(
            rendered(&request(Format::OPENMETRICS_1_0_0)),
            "# TYPE orders counter\norders_total 2\n# TYPE up gauge\nup 1\n# EOF\n"
        );
        assert_eq!(
            rendered(&request(Format::JSON)),
            r#"{"names":["orders_total","up"]}"#
        );
    }

    #[test]
    fn series_are_counted_as_prometheus_counts_them() {
        let (recorder, handle) = RecorderBuilder::new().buckets(&[1.0]).build().unwrap();
        metrics::with_local_recorder(&recorder, || {
            metrics::gauge!("up").set(1);
            metrics::histogram!("wait").record(0.5);
        });
        assert_eq!(Exposition::series(&handle), Some(1 + 4));
    }

    #[test]
    fn names_filter_every_format() {
        for (format, text) in [
            (Format::TEXT_0_0_4, "# TYPE up gauge\nup 1\n"),
            (Format::OPENMETRICS_1_0_0, "# TYPE up gauge\nup 1\n# EOF\n"),
            (Format::JSON, r#"{"names":["up"]}"#),
        ] {
            assert_eq!(
                rendered(&RenderRequest::new(format).with_names(["up"])),
                text
            );
        }
    }

    #[test]
    fn every_content_type_is_the_recorders_own() {
        // It can offer more than this crate does: its features may be on for somebody else.
        let own: Vec<_> = RecorderFormat::ALL
            .iter()
            .map(|format| format.content_type())
            .collect();
        for format in FORMATS {
            assert!(*format == Format::JSON || own.contains(&format.content_type()));
        }
    }
}
