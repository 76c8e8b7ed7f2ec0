use std::fmt::Debug;

use super::*;
use crate::{Label, Metric};

fn is_public<T: Send + Sync + Debug>() {}

#[test]
fn public_types_are_send_sync_and_debug() {
    is_public::<CallFailure>();
    is_public::<service::ClientFuture<()>>();
    is_public::<ClientMetrics<()>>();
    is_public::<ClientMetricsBuilder>();
    is_public::<ClientMetricsLayer>();
    is_public::<EndpointTemplate>();
}

#[test]
fn names_that_prometheus_refuses_are_refused() {
    let refused = |builder: ClientMetricsBuilder| builder.build().unwrap_err().to_string();
    let builder = || ClientMetricsLayer::builder("github");

    let metric = refused(builder().rename(Metric::Duration, "api latency"));
    assert!(
        metric.starts_with("metric name \"api latency\""),
        "{metric}"
    );
    let label = refused(builder().rename_label(Label::Client, "le"));
    assert!(label.starts_with("label name \"le\""), "{label}");
    let twice = refused(builder().rename_label(Label::Client, "method"));
    assert!(twice.contains("are named \"method\""), "{twice}");
}
