//! The tests of the demo on the recorder of metrics-exporter-prometheus.

#[path = "main.rs"]
mod demo;
