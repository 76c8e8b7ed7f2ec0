//! The formats that can be asked for.

/// A format that a recorder can be read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    /// Prometheus' [protobuf format][spec], each family after its length.
    ///
    /// [spec]: https://prometheus.io/docs/instrumenting/exposition_formats/#protobuf-format
    #[cfg(feature = "protobuf")]
    Protobuf,
}

impl Format {
    /// All of them, the most common first.
    pub const ALL: &[Self] = &[
        Self::Text,
        Self::OpenMetrics,
        #[cfg(feature = "protobuf")]
        Self::Protobuf,
    ];

    /// The content type to send.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_recorder::Format;
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
        }
    }
}
