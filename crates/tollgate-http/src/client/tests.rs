use std::fmt::Debug;

use super::*;
use crate::BuildErrorKind;

fn is_public<T: Send + Sync + Debug>() {}

#[test]
fn public_types_are_send_sync_and_debug() {
    is_public::<CallFailure>();
    is_public::<Client>();
    is_public::<ClientLabel>();
    is_public::<ClientMetric>();
    is_public::<ClientMetricsBuilder>();
    is_public::<ClientMetricsLayer>();
    is_public::<EndpointTemplate>();
    #[cfg(feature = "reqwest")]
    is_public::<ReqwestFuture<()>>();
}

#[test]
fn a_name_that_prometheus_refuses_is_refused() {
    let kind_of = |builder: ClientMetricsBuilder| builder.build().unwrap_err().kind();
    let builder = || ClientMetricsLayer::builder("github");

    let metric = builder().rename(ClientMetric::Duration, "api latency");
    assert_eq!(kind_of(metric), BuildErrorKind::MetricName);
    let label = builder().rename_label(ClientLabel::Client, "le");
    assert_eq!(kind_of(label), BuildErrorKind::LabelName);
    let twice = builder().rename_label(ClientLabel::Client, "method");
    assert_eq!(kind_of(twice), BuildErrorKind::Duplicate);
}
