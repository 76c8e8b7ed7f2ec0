//! The tests of pushes on the recorder of metrics-exporter-prometheus.

#[path = "main.rs"]
mod push;
