//! The formats of an exposition.

/// A format that an [`Exposition`](crate::Exposition) can be rendered in, known by its content
/// type.
///
/// # Examples
///
/// ```
/// use tollgate_axum::Format;
///
/// const CSV: Format = Format::from_static("text/csv");
///
/// assert_eq!(CSV.content_type(), "text/csv");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Format {
    content_type: &'static str,
}

impl Format {
    /// Prometheus' [text format][spec], version 0.0.4.
    ///
    /// [spec]: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
    pub const TEXT_0_0_4: Self = Self::from_static("text/plain; version=0.0.4; charset=utf-8");

    /// The text format of [OpenMetrics][spec], version 1.0.0.
    ///
    /// [spec]: https://prometheus.io/docs/specs/om/open_metrics_spec/
    pub const OPENMETRICS_1_0_0: Self =
        Self::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");

    /// Prometheus' [protobuf format][spec]: messages `MetricFamily`, each after its length.
    ///
    /// [spec]: https://prometheus.io/docs/instrumenting/exposition_formats/#protobuf-format
    pub const PROTOBUF: Self = Self::from_static(
        "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
    );

    /// JSON: `{"names": […]}`, the names of all families.
    pub const JSON: Self = Self::from_static("application/json");

    /// The format whose content type is `content_type`, word for word.
    ///
    /// One that is no media type is never negotiated: it is served only where it is an exposition's
    /// default.
    ///
    /// # Panics
    ///
    /// If `content_type` holds a character other than visible ASCII and spaces: no header could
    /// carry it. In a `const` this is an error of the build.
    pub const fn from_static(content_type: &'static str) -> Self {
        // Checked here, so that serving the format cannot fail.
        let mut rest = content_type.as_bytes();
        while let [byte, tail @ ..] = rest {
            assert!(
                matches!(byte, b' '..=b'~'),
                "a content type holds visible ASCII and spaces only"
            );
            rest = tail;
        }
        Self { content_type }
    }

    /// The content type, as it is sent.
    pub const fn content_type(&self) -> &'static str {
        self.content_type
    }

    /// Whether one line is one sample, unless it is empty or starts with `#`.
    pub(crate) fn is_line_per_sample(self) -> bool {
        [Self::TEXT_0_0_4, Self::OPENMETRICS_1_0_0].contains(&self)
    }
}
