//! The test of memory on the recorder of metrics-exporter-prometheus.

#[path = "unscraped.rs"]
mod unscraped;
