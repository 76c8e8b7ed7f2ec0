//! The layer's contract with its callers: panics, hooks, bodies and allocations.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use http::{Method, Request, Response};
use http_body_util::{Empty, Full};
use tests::ledger::Ledger;
use tollgate_http::client::{
    CallFailure, ClientMetricsBuilder, ClientMetricsLayer, EndpointTemplate,
};
use tollgate_recorder::RecorderBuilder;
use tower::{Layer, Service, ServiceExt, service_fn};

type Call = Request<Empty<Bytes>>;
type Answer = Result<Response<Full<Bytes>>, io::Error>;

#[test]
fn client_panic_is_recorded_and_resumed() {
    let panicked = [
        r#"http_client_request_duration_seconds_count{method="GET",status="panic",client="tea"} 1"#,
        r#"http_client_request_exceptions_total{method="GET",exception="panic",client="tea"} 1"#,
        r#"http_client_request_total{method="GET",status="panic",client="tea"} 1"#,
        r#"http_client_requests_in_flight{method="GET",client="tea"} 0"#,
    ];
    let in_call = |ledger: &Ledger| {
        let mut client = layer(ledger, |builder| builder)
            .layer(service_fn(|_: Call| -> Ready<Answer> { panic!("a call") }));
        drop(client.call(Request::new(Empty::new())));
    };
    let in_future = |ledger: &Ledger| {
        let client = layer(ledger, |builder| builder)
            .layer(service_fn(async |_: Call| -> Answer { panic!("a future") }));
        drop(client.oneshot(Request::new(Empty::new())).now_or_never());
    };
    let in_hook = |ledger: &Ledger| {
        let failing = service_fn(|_: Call| ready(Answer::Err(io::ErrorKind::TimedOut.into())));
        let client = layer(ledger, |builder| {
            builder.classify_error(|_: &io::Error| panic!("a hook"))
        });
        drop(
            client
                .layer(failing)
                .oneshot(Request::new(Empty::new()))
                .now_or_never(),
        );
    };
    for call in [&in_call as &dyn Fn(&Ledger), &in_future, &in_hook] {
        let ledger = Ledger::new();
        assert!(catch_unwind(AssertUnwindSafe(|| call(&ledger))).is_err());
        assert_eq!(ledger.samples(), panicked);
    }
}

#[test]
fn hook_classifies_errors() {
    let ledger = Ledger::new();
    let client = layer(&ledger, |builder| {
        builder.classify_error(|error: &io::Error| {
            (error.kind() == io::ErrorKind::Interrupted).then_some(CallFailure::Cancelled)
        })
    });
    for kind in [
        io::ErrorKind::Interrupted,
        io::ErrorKind::TimedOut,
        io::ErrorKind::NotFound,
    ] {
        let failing = service_fn(move |_: Call| ready(Answer::Err(kind.into())));
        let call = client.layer(failing).oneshot(Request::new(Empty::new()));
        let error = call.now_or_never().unwrap().unwrap_err();
        assert_eq!(error.kind(), kind, "the caller gets the client's own error");
    }
    let scrape = ledger.scrape();
    for status in ["cancelled", "timeout", "network_error"] {
        let calls = scrape.values("http_client_request_total", &[("status", status)]);
        assert_eq!(calls, [1.0], "{status}");
    }
}

#[test]
fn body_of_known_length_is_measured_to_its_end() {
    let ledger = Ledger::new();
    let client = layer(&ledger, |builder| builder);
    let head = || {
        let service = client.layer(service_fn(answer));
        let call = service.oneshot(Request::new(Empty::new()));
        call.now_or_never().unwrap().unwrap()
    };
    let response = head();
    let in_flight = || {
        ledger
            .scrape()
            .values("http_client_requests_in_flight", &[])
    };
    assert_eq!(in_flight(), [1.0]);
    drop(response);
    assert_eq!(in_flight(), [0.0]);
    let phase = [("phase", "body")];
    let cancelled = ledger
        .scrape()
        .values("http_client_request_cancelled_total", &phase);
    assert_eq!(cancelled, [1.0]);

    let client = client.layer(service_fn(answer));
    let request = Request::builder().method(Method::HEAD);
    let request = request.body(Empty::new()).unwrap();
    let response = client.oneshot(request).now_or_never().unwrap();
    let ended = ledger
        .scrape()
        .values("http_client_request_total", &[("method", "HEAD")]);
    assert_eq!(ended, [1.0], "a response to HEAD has no body to read");
    drop(response);
}

#[test]
fn until_head_ends_a_call_before_its_body() {
    let ledger = Ledger::new();
    let client = layer(&ledger, ClientMetricsBuilder::until_head);
    let client = client.layer(service_fn(answer));
    let call = client.oneshot(Request::new(Empty::new()));
    let response = call.now_or_never().unwrap();
    let total = || ledger.scrape().values("http_client_request_total", &[]);
    assert_eq!(total(), [1.0]);
    drop(response);
    assert_eq!(total(), [1.0]);
}

#[test]
fn known_call_allocates_nothing() {
    let (recorder, _handle) = RecorderBuilder::new().build().unwrap();
    let builder = ClientMetricsLayer::builder("tea").recorder(Arc::new(recorder));
    let layer = builder.endpoint_template().build().unwrap();
    let empty = |_: Call| ready(Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new())));
    let mut client = layer.layer(service_fn(empty));
    let template = EndpointTemplate::from("/pots/{id}");
    let mut call = || {
        let mut request = Request::new(Empty::new());
        request.extensions_mut().insert(template.clone());
        let counted = allocation_counter::measure(|| {
            drop(client.call(request).now_or_never());
        });
        counted.count_total
    };
    assert_ne!(call(), 0, "the first call resolves its handles");
    assert_eq!([call(), call(), call()], [0; 3]);
}

fn answer(_: Call) -> Ready<Answer> {
    ready(Ok(Response::new(Full::from("teapot"))))
}

fn layer(
    ledger: &Ledger,
    configure: impl FnOnce(ClientMetricsBuilder) -> ClientMetricsBuilder,
) -> ClientMetricsLayer {
    let builder = ClientMetricsLayer::builder("tea").recorder(ledger.recorder());
    configure(builder).build().unwrap()
}
