use super::*;
use crate::{ExtraLabel, Label, Preset, RequestMetricsLayer};

#[track_caller]
fn refused(builder: RequestMetricsBuilder, kind: BuildErrorKind, message: &str) {
    let error = builder.build().unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(message), "{error}");
}

fn builder() -> RequestMetricsBuilder {
    RequestMetricsLayer::builder()
}

fn extra(name: &'static str) -> ExtraLabel {
    ExtraLabel::from_request(name, |_| "x".into())
}

#[test]
fn names_that_prometheus_refuses_are_refused() {
    use BuildErrorKind::{LabelName, MetricName};

    refused(builder().namespace("1st"), MetricName, "\"1st_http_");
    refused(builder().rename(Metric::Total, ""), MetricName, "\"\"");
    refused(
        builder().rename(Metric::Total, "a-b"),
        MetricName,
        "\"a-b\"",
    );
    refused(builder().constant_label("le", "x"), LabelName, "\"le\"");
    refused(builder().constant_label("a:b", "x"), LabelName, "\"a:b\"");
    refused(
        builder().rename_label(Label::Method, "__name__"),
        LabelName,
        "\"__name__\"",
    );
}

#[test]
fn one_name_for_two_things_is_refused() {
    use BuildErrorKind::Duplicate;

    let total = builder().rename(Metric::Total, "http_requests_in_flight");
    refused(total, Duplicate, "\"http_requests_in_flight\"");
    refused(
        builder().constant_label("status", "x"),
        Duplicate,
        "\"status\"",
    );
    let twice = builder()
        .extra_label(extra("tenant"))
        .constant_label("tenant", "x");
    refused(twice, Duplicate, "\"tenant\"");
}

#[test]
fn a_name_of_a_histograms_sample_is_refused() {
    use BuildErrorKind::Duplicate;

    for suffix in ["_bucket", "_sum", "_count"] {
        let name = format!("http_request_duration_seconds{suffix}");
        let named = builder().rename(Metric::Total, name.clone());
        refused(named, Duplicate, &format!("{name:?}"));
    }
    let sizes = builder().rename(Metric::Total, "http_request_size_bytes_sum");
    assert!(sizes.clone().build().is_ok(), "there are no sizes");
    refused(sizes.body_sizes(), Duplicate, "histogram");
}

#[test]
fn only_labels_of_the_same_metric_clash() {
    let accepted = |builder: RequestMetricsBuilder| assert!(builder.build().is_ok());
    accepted(builder().constant_label("error_type", "x"));
    accepted(
        builder()
            .preset(Preset::Flask)
            .constant_label("exception", "x"),
    );
    accepted(
        builder()
            .without(Metric::Cancelled)
            .constant_label("phase", "x"),
    );
    accepted(builder().extra_label(extra("phase")));
    let other = builder().without_label(Metric::Exceptions, Label::Exception);
    accepted(other.constant_label("exception", "x"));

    let clashes = builder().constant_label("phase", "x");
    refused(clashes, BuildErrorKind::Duplicate, "_cancelled_total\"");
}

#[test]
fn limits_are_checked() {
    use BuildErrorKind::Limit;

    refused(builder().endpoint_cap(0), Limit, "endpoint cap 0");
    refused(builder().endpoint_cap(usize::MAX), Limit, "100000");
    refused(builder().extra_combination_cap(0), Limit, "combination");
    refused(builder().extra_label(extra("a").limit(0)), Limit, "\"a\"");
    let none = extra("a").values([""; 0]);
    refused(builder().extra_label(none), Limit, "\"a\"");
    let long = extra("a").values(["b".repeat(129)]);
    refused(builder().extra_label(long), Limit, "too long");
    let five = ["a", "b", "c", "d", "e"].map(extra);
    let many = five
        .into_iter()
        .fold(builder(), RequestMetricsBuilder::extra_label);
    refused(many, Limit, "5 extra labels");
}

#[test]
fn every_preset_builds() {
    for preset in [
        Preset::Tollgate,
        Preset::OpenTelemetry,
        Preset::AxumPrometheus,
        Preset::Flask,
    ] {
        assert!(
            builder().preset(preset).body_sizes().build().is_ok(),
            "{preset:?}"
        );
    }
}
