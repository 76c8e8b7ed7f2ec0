//! Mounting Prometheus metrics on axum
