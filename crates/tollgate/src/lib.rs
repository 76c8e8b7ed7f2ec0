//! Prometheus metrics for axum in one line: settings in, wrapped app out
