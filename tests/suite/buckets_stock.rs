//! The test of buckets on the recorder of metrics-exporter-prometheus.

#[path = "buckets.rs"]
mod buckets;
