//! The tests of parsers on the recorder of metrics-exporter-prometheus.

#[path = "main.rs"]
mod parsers;
