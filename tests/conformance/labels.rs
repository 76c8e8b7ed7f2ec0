//! Custom labels, and the limits on their values.

use std::borrow::Cow;

use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, Request, Response};
use tests::ledger::Ledger;
use tollgate_http::{BoundedLabel, RequestMetricsBuilder, RequestMetricsLayer, Route};
use tower::{Layer, Service, service_fn};

use crate::answer::{Failure, Script};

const TENANT: HeaderName = HeaderName::from_static("x-tenant");
const CACHE: HeaderName = HeaderName::from_static("x-cache");

#[test]
fn request_and_response_provide_label_values() {
    let totals = totals(
        |builder| builder.bounded_label(tenant()).bounded_label(cache()),
        &["ada", "eve", "ada"],
    );
    assert_eq!(
        totals,
        [
            r#"status="200",tenant="ada",cache="hit"} 2"#,
            r#"status="200",tenant="eve",cache="hit"} 1"#,
        ]
    );
}

#[test]
fn response_label_is_empty_without_a_response() {
    let totals = totals(
        |builder| builder.bounded_label(cache()).bounded_label(tenant()),
        &["broken"],
    );
    assert_eq!(totals, [r#"status="500",cache="",tenant="broken"} 1"#]);
}

#[test]
fn value_beyond_the_limit_is_other() {
    let totals = totals(
        |builder| builder.bounded_label(tenant().max_values(2)),
        &["ada", "eve", "mallory", "trent", "ada", "mallory"],
    );
    assert_eq!(
        totals,
        [
            r#"status="200",tenant="ada"} 2"#,
            r#"status="200",tenant="eve"} 1"#,
            r#"status="200",tenant="other"} 3"#,
        ]
    );
}

#[test]
fn unlisted_value_is_other() {
    let totals = totals(
        |builder| builder.bounded_label(tenant().label_values(["eve", "ada"])),
        &["mallory", "ada", "trent"],
    );
    assert_eq!(
        totals,
        [
            r#"status="200",tenant="ada"} 1"#,
            r#"status="200",tenant="other"} 2"#,
        ]
    );
}

#[test]
fn too_long_value_is_other_and_does_not_use_up_the_limit() {
    let long = "a".repeat(129);
    let totals = totals(
        |builder| builder.bounded_label(tenant().max_values(1)),
        &[&long, "ada"],
    );
    assert_eq!(
        totals,
        [
            r#"status="200",tenant="ada"} 1"#,
            r#"status="200",tenant="other"} 1"#,
        ]
    );
}

#[test]
fn values_beyond_the_cap_of_combinations_are_other() {
    let totals = totals(
        |builder| {
            let builder = builder.bounded_label(tenant()).bounded_label(cache());
            builder.max_label_combinations(2)
        },
        &["ada", "eve", "mallory", "ada", "broken"],
    );
    assert_eq!(
        totals,
        [
            r#"status="200",tenant="ada",cache="hit"} 2"#,
            r#"status="200",tenant="eve",cache="hit"} 1"#,
            r#"status="200",tenant="other",cache="other"} 1"#,
            r#"status="500",tenant="other",cache="other"} 1"#,
        ]
    );
}

#[test]
fn constant_label_comes_last() {
    let totals = totals(
        |builder| {
            let builder = builder.constant_label("region", "eu").status_by_class();
            builder.bounded_label(tenant())
        },
        &["ada"],
    );
    assert_eq!(totals, [r#"status="2xx",tenant="ada",region="eu"} 1"#]);
}

fn tenant() -> BoundedLabel {
    BoundedLabel::from_request("tenant", |request| value(request.headers(), &TENANT))
}

fn cache() -> BoundedLabel {
    BoundedLabel::from_response("cache", |response| value(response.headers(), &CACHE))
}

fn value<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Cow<'a, str> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.map_or(Cow::Borrowed("none"), Cow::Borrowed)
}

/// Sends a request of each tenant and returns the totals from the status label on, after checking
/// that the durations agree and that no other metric has the labels.
#[track_caller]
fn totals(
    configure: fn(RequestMetricsBuilder) -> RequestMetricsBuilder,
    tenants: &[&str],
) -> Vec<String> {
    let ledger = Ledger::new();
    let builder = RequestMetricsLayer::builder().recorder(ledger.recorder());
    let layer = configure(builder).build().unwrap();
    let mut service = layer.layer(service_fn(answer));
    for tenant in tenants {
        let request = Request::builder().header(TENANT, *tenant);
        let request = request.extension(Route::from("/tea"));
        let request = request.body(Script::sized("")).unwrap();
        drop(service.call(request).now_or_never());
    }

    let samples = ledger.samples();
    let totals = from_status("http_request_total", &samples);
    assert_eq!(
        from_status("http_request_duration_seconds_count", &samples),
        totals
    );
    let labelled = samples
        .iter()
        .filter(|sample| sample.contains("tenant=") || sample.contains("cache="));
    assert_eq!(labelled.count(), totals.len() * 2);
    totals
}

/// Returns a metric's samples from the status label on.
fn from_status(metric: &str, samples: &[String]) -> Vec<String> {
    let start = format!(r#"{metric}{{method="GET",endpoint="/tea","#);
    let rests = samples
        .iter()
        .filter_map(|sample| sample.strip_prefix(&start));
    rests.map(str::to_owned).collect()
}

async fn answer(request: Request<Script>) -> Result<Response<Script>, Failure> {
    if request.headers()[TENANT] == "broken" {
        return Err(Failure);
    }
    let response = Response::builder().header(CACHE, "hit");
    Ok(response.body(Script::sized("tea")).unwrap())
}
