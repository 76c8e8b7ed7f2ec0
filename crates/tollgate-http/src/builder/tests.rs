use super::*;
use crate::Preset;

#[track_caller]
fn refused(builder: RequestMetricsBuilder, message: &str) {
    let error = builder.build().unwrap_err();
    assert!(error.to_string().contains(message), "{error}");
}

fn builder() -> RequestMetricsBuilder {
    RequestMetricsLayer::builder()
}

fn bounded(name: &'static str) -> BoundedLabel {
    BoundedLabel::from_request(name, |_| "x".into())
}

#[test]
fn names_that_prometheus_refuses_are_refused() {
    refused(builder().namespace("1st"), "metric name \"1st_http_");
    refused(builder().rename(Metric::Total, ""), "\"\"");
    refused(builder().rename(Metric::Total, "a-b"), "\"a-b\"");
    refused(builder().constant_label("le", "x"), "label name \"le\"");
    refused(builder().constant_label("a:b", "x"), "\"a:b\"");
    refused(
        builder().rename_label(Label::Method, "__name__"),
        "\"__name__\"",
    );
}

#[test]
fn one_name_for_two_things_is_refused() {
    let total = builder().rename(Metric::Total, "http_requests_in_flight");
    refused(total, "\"http_requests_in_flight\"");
    refused(builder().constant_label("status", "x"), "\"status\"");
    let twice = builder()
        .bounded_label(bounded("tenant"))
        .constant_label("tenant", "x");
    refused(twice, "\"tenant\"");
}

#[test]
fn a_name_of_a_histograms_sample_is_refused() {
    for suffix in ["_bucket", "_sum", "_count"] {
        let name = format!("http_request_duration_seconds{suffix}");
        let named = builder().rename(Metric::Total, name.clone());
        refused(named, &format!("{name:?}"));
    }
    let sizes = builder().rename(Metric::Total, "http_request_size_bytes_sum");
    assert!(sizes.clone().build().is_ok(), "there are no sizes");
    refused(sizes.body_sizes(), "histogram");
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
    accepted(builder().bounded_label(bounded("phase")));
    let other = builder().without_label(Metric::Exceptions, Label::Exception);
    accepted(other.constant_label("exception", "x"));

    let clashes = builder().constant_label("phase", "x");
    refused(clashes, "_cancelled_total\"");
}

#[test]
fn maximums_are_checked() {
    refused(builder().max_endpoints(0), "max_endpoints 0");
    refused(builder().max_endpoints(usize::MAX), "100000");
    refused(
        builder().max_label_combinations(0),
        "max_label_combinations 0",
    );
    refused(builder().bounded_label(bounded("a").max_values(0)), "\"a\"");
    let none = bounded("a").label_values([""; 0]);
    refused(builder().bounded_label(none), "\"a\"");
    let long = bounded("a").label_values(["b".repeat(129)]);
    refused(builder().bounded_label(long), "too long");
    let five = ["a", "b", "c", "d", "e"].map(bounded);
    let many = five
        .into_iter()
        .fold(builder(), RequestMetricsBuilder::bounded_label);
    refused(many, "5 bounded labels");
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

#[test]
fn statuses_beside_a_bounded_label_cannot_begin_at_zero() {
    let labelled = || builder().bounded_label(bounded("tenant"));
    let ok = [StatusCode::OK];
    let statuses = labelled().begin_at_zero(Method::GET, "/users", ok, []);
    refused(
        statuses,
        "\"/users\" cannot begin at zero for every value of the label \"tenant\"",
    );
    let exceptions = labelled().begin_at_zero(Method::GET, "/users", [], ["panic"]);
    assert!(exceptions.build().is_ok());
}
