//! The tests with a real Prometheus on the recorder of metrics-exporter-prometheus.

#[path = "main.rs"]
mod prometheus;
