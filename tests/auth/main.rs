//! Master keys: accepted and refused requests, and their cost.

use std::convert::Infallible;
use std::fmt::Debug;
use std::future::{self, Ready, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::FutureExt;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use metrics_exporter_prometheus::PrometheusBuilder;
use tollgate_auth::{KeyError, MasterKeyLayer, MasterKeys};
use tower::{Layer, Service};

mod answers;
mod properties;
mod rotation;

const KEY: &str = "correct-horse-battery-staple";
const OTHER: &str = "the-key-before-that-one";

/// Service behind the layer. It answers 200 to every request that reaches it, and counts them.
///
/// By tower's contract, each clone must be polled ready before it is called.
#[derive(Debug, Default)]
struct Metrics {
    calls: Arc<AtomicUsize>,
    ready: bool,
}

impl Clone for Metrics {
    fn clone(&self) -> Self {
        Self {
            calls: Arc::clone(&self.calls),
            ready: false,
        }
    }
}

impl Service<Request<()>> for Metrics {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        assert!(
            std::mem::take(&mut self.ready),
            "called without being polled ready"
        );
        self.calls.fetch_add(1, Ordering::Relaxed);
        ready(Ok(Response::new(Full::from("up 1\n"))))
    }
}

fn layer() -> MasterKeyLayer {
    MasterKeyLayer::new(MasterKeys::new([KEY]).unwrap())
}

fn request(lines: &[(&'static str, &str)]) -> Request<()> {
    let mut request = Request::new(());
    for (name, value) in lines {
        let (name, value) = (
            HeaderName::from_static(name),
            HeaderValue::from_str(value).unwrap(),
        );
        request.headers_mut().append(name, value);
    }
    request
}

/// Sends one request without waiting: the layer answers at once.
fn send(layer: &MasterKeyLayer, request: Request<()>) -> Response<Bytes> {
    let metrics = Metrics::default();
    let mut service = layer.layer(metrics.clone());
    let response = future::poll_fn(|cx| Service::<Request<()>>::poll_ready(&mut service, cx))
        .now_or_never()
        .and_then(|_| service.call(request).now_or_never());
    let (head, body) = response.unwrap().unwrap().into_parts();
    let reached = metrics.calls.load(Ordering::Relaxed) == 1;
    assert_eq!(reached, head.status == StatusCode::OK);

    let hint = body.size_hint().exact();
    let body = body.collect().now_or_never().unwrap().unwrap().to_bytes();
    assert_eq!(hint, Some(body.len() as u64));
    Response::from_parts(head, body)
}

fn basic(password: &str) -> String {
    format!(
        "Basic {}",
        STANDARD.encode(format!("prometheus:{password}"))
    )
}

#[test]
fn failures_are_counted_by_reason_from_the_first_request_on() {
    let layer = layer();
    let recorder = PrometheusBuilder::new().build_recorder();
    let rendered = recorder.handle();
    let count = |reason: &str| {
        let start = format!("tollgate_auth_failures_total{{reason=\"{reason}\"}} ");
        let text = rendered.render();
        text.lines()
            .find_map(|line| line.strip_prefix(&start)?.parse::<u64>().ok())
    };
    let reasons = || ["missing", "malformed", "invalid"].map(count);
    assert_eq!(reasons(), [None; 3]);

    let right = format!("Bearer {KEY}");
    let with_local_recorder = |value: Option<&str>| {
        let lines: Vec<_> = value
            .map(|value| ("authorization", value))
            .into_iter()
            .collect();
        metrics::with_local_recorder(&recorder, || send(&layer, request(&lines)));
    };
    with_local_recorder(Some(&right));
    assert_eq!(reasons(), [Some(0); 3]);
    assert!(
        rendered
            .render()
            .contains("# HELP tollgate_auth_failures_total ")
    );
    assert!(
        rendered
            .render()
            .contains("# TYPE tollgate_auth_failures_total counter\n")
    );

    for (value, times) in [
        (None, 1),
        (Some("Digest a=b"), 2),
        (Some("Bearer"), 5),
        (Some("Bearer wrong"), 4),
    ] {
        for _ in 0..times {
            with_local_recorder(value);
        }
    }
    assert_eq!(reasons(), [Some(3), Some(5), Some(4)]);
}

#[test]
fn failures_are_counted_only_with_the_given_recorder() {
    let given = PrometheusBuilder::new().build_recorder();
    let in_force = PrometheusBuilder::new().build_recorder();
    let rendered = given.handle();
    let layer = layer().recorder(Arc::new(given)).realm("set afterwards");
    let missing = |count| format!("tollgate_auth_failures_total{{reason=\"missing\"}} {count}\n");
    assert!(rendered.render().contains(&missing(0)));

    metrics::with_local_recorder(&in_force, || send(&layer, request(&[])));
    assert!(rendered.render().contains(&missing(1)));
    assert!(in_force.handle().render().is_empty());
}

#[test]
fn readiness_and_errors_are_those_of_the_inner_service() {
    #[derive(Debug)]
    struct Broken;

    impl Service<Request<()>> for Broken {
        type Response = Response<Full<Bytes>>;
        type Error = &'static str;
        type Future = Ready<Result<Self::Response, &'static str>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
            Poll::Ready(Err("not ready"))
        }

        fn call(&mut self, _: Request<()>) -> Self::Future {
            ready(Err("failed"))
        }
    }

    let mut service = layer().layer(Broken);
    let readiness = service.poll_ready(&mut Context::from_waker(Waker::noop()));
    assert_eq!(readiness, Poll::Ready(Err("not ready")));

    let accepted = service.call(request(&[("authorization", &format!("Bearer {KEY}"))]));
    assert_eq!(accepted.now_or_never().unwrap().unwrap_err(), "failed");
    let refused = service.call(Request::new(())).now_or_never();
    assert_eq!(refused.unwrap().unwrap().status(), StatusCode::UNAUTHORIZED);
}

#[test]
fn accepted_request_allocates_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    std::fs::write(&path, OTHER).unwrap();
    let keys = MasterKeys::new([KEY])
        .unwrap()
        .and(MasterKeys::from_file(path).unwrap());
    let layer = MasterKeyLayer::new(keys).api_key_header().basic();
    let mut service = layer.layer(tower::service_fn(|_: Request<()>| {
        ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())))
    }));
    let requests = [
        ("authorization", format!("Bearer {KEY}")),
        ("authorization", basic(OTHER)),
        ("x-api-key", OTHER.to_owned()),
    ];
    for (name, value) in requests {
        // The first request registers the counters, and arc-swap takes a slot for the thread.
        for allowed in [None, Some(0), Some(0)] {
            let request = request(&[(name, value.as_str())]);
            let mut status = None;
            let allocated = allocation_counter::measure(|| {
                let response = service.call(request).now_or_never();
                status = response
                    .and_then(Result::ok)
                    .map(|response| response.status());
            });
            assert_eq!(status, Some(StatusCode::OK));
            assert!(
                allowed.is_none_or(|allowed| allocated.count_total == allowed),
                "{allocated:?}"
            );
        }
    }
}

#[test]
fn public_types_are_send_sync_and_debug() {
    fn check<T: Send + Sync + Debug>() {}

    fn check_service<S, B>(_: S)
    where
        S: Service<Request<()>, Response = Response<B>, Future: Send + Sync + Debug>,
        S: Send + Sync + Debug,
        B: Send + Sync + Debug,
    {
    }

    check::<KeyError>();
    check::<MasterKeys>();
    check::<MasterKeyLayer>();
    let keys = MasterKeys::new([KEY]).unwrap();
    check_service(MasterKeyLayer::new(keys).layer(Metrics::default()));
}
