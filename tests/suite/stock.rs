//! The suite's tests on the recorder of metrics-exporter-prometheus.

#[path = "main.rs"]
mod suite;
