//! The formats of an exposition.

/// A format that a [`Snapshot`](crate::Snapshot) is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Prometheus' [text format][spec], version 0.0.4.
    ///
    /// [spec]: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
    Text,
    /// The text format of [OpenMetrics][spec], version 1.0.0.
    ///
    /// [spec]: https://prometheus.io/docs/specs/om/open_metrics_spec/
    OpenMetrics,
    /// Prometheus' [protobuf format][spec]: messages `MetricFamily`, each after its length.
    ///
    /// [spec]: https://prometheus.io/docs/instrumenting/exposition_formats/#protobuf-format
    #[cfg(feature = "protobuf")]
    Protobuf,
    /// The names of all families as JSON: `{"names":["orders_total","up"]}`.
    Json,
}

impl Format {
    /// All formats. A scraper without a preference gets the first.
    pub const ALL: &[Self] = &[
        Self::Text,
        Self::OpenMetrics,
        #[cfg(feature = "protobuf")]
        Self::Protobuf,
        Self::Json,
    ];

    /// Returns the value of the header `Content-Type`.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_exposition::Format;
    ///
    /// assert_eq!(Format::Text.content_type(), "text/plain; version=0.0.4; charset=utf-8");
    /// ```
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            #[cfg(feature = "protobuf")]
            Self::Protobuf => {
                "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
            }
            Self::Json => "application/json",
        }
    }
}
