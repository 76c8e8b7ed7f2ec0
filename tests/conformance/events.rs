//! Webhook events are labelled by their type, which their sender can choose freely.

use std::convert::Infallible;
use std::future::ready;

use futures_util::FutureExt;
use http::{HeaderName, Request, Response};
use tests::ledger::Ledger;
use tollgate_http::{BoundedLabel, Label, Metric, RequestMetricsLayer};
use tower::{Layer, Service, service_fn};

use crate::answer::Script;

const EVENT: HeaderName = HeaderName::from_static("x-github-event");

#[test]
fn unlisted_webhook_event_is_other() {
    let ledger = Ledger::new();
    let event = BoundedLabel::from_header("event", EVENT, ["push", "pull_request"]);
    let layer = [Metric::Total, Metric::InFlight, Metric::EndpointOverflow]
        .into_iter()
        .fold(RequestMetricsLayer::builder(), |builder, metric| {
            builder.without(metric)
        })
        .bounded_label(event)
        .rename(Metric::Duration, "github_webhook_latency")
        .without_label(Metric::Duration, Label::Method)
        .without_label(Metric::Duration, Label::Endpoint)
        .recorder(ledger.recorder())
        .build()
        .unwrap();
    let mut service = layer.layer(service_fn(|_: Request<Script>| {
        ready(Ok::<_, Infallible>(Response::new(Script::sized("tea"))))
    }));
    let made_up: Vec<String> = (0..1_000).map(|n| format!("event-{n}")).collect();
    let events = ["push", "pull_request", "push", ""].into_iter();
    for event in events.chain(made_up.iter().map(String::as_str)) {
        let request = Request::builder().header(EVENT, event);
        let request = request.body(Script::sized("")).unwrap();
        assert!(service.call(request).now_or_never().is_some());
    }
    let without = Request::new(Script::sized(""));
    assert!(service.call(without).now_or_never().is_some());

    let samples = ledger.samples();
    let counts = samples.iter().filter(|sample| !sample.contains("_sum"));
    assert_eq!(
        counts.collect::<Vec<_>>(),
        [
            r#"github_webhook_latency_count{status="200",event="other"} 1002"#,
            r#"github_webhook_latency_count{status="200",event="pull_request"} 1"#,
            r#"github_webhook_latency_count{status="200",event="push"} 2"#,
        ]
    );
}
