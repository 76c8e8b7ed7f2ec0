//! The layer's contract with its callers: readiness, dropped futures and bodies, panicking hooks.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use futures_util::FutureExt;
use http::{Request, Response};
use http_body_util::BodyExt;
use tests::ledger::Ledger;
use tollgate_http::{
    BoundedLabel, RequestMetricsBuilder, RequestMetricsLayer, ResponseBody, Route,
};
use tower::{Layer, Service, service_fn};

use crate::answer::Step::Data;
use crate::answer::{Answer, Failure, Script};
use crate::exchange::{Client, exchange};
use crate::hosts::routed;
use crate::outcome::{Outcome, samples};
use crate::scripted::Scripted;

#[test]
fn readiness_is_that_of_the_inner_service() {
    for readiness in [
        Poll::Pending,
        Poll::Ready(Ok(())),
        Poll::Ready(Err(Failure)),
    ] {
        let mut service = RequestMetricsLayer::new().layer(Limited(readiness));
        let mut cx = Context::from_waker(Waker::noop());
        assert_eq!(service.poll_ready(&mut cx), readiness);
    }
}

#[test]
fn dropped_unpolled_future_counts_as_cancelled() {
    let ledger = Ledger::new();
    let future = call(&ledger);
    assert_eq!(ledger.scrape().sum("http_requests_in_flight", &[]), 1.0);

    drop(future);
    let cancelled = Outcome::ended("499").cancelled("head");
    assert_eq!(ledger.samples(), cancelled.samples());
}

#[test]
fn future_dropped_by_a_foreign_panic_counts_as_cancelled() {
    let ledger = Ledger::new();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _dropped = call(&ledger);
        panic!("elsewhere");
    }));

    assert!(panicked.is_err());
    let cancelled = Outcome::ended("499").cancelled("head");
    assert_eq!(ledger.samples(), cancelled.samples());
}

#[test]
fn body_dropped_by_a_foreign_panic_counts_as_cancelled() {
    let ledger = Ledger::new();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _dropped = call(&ledger).now_or_never();
        panic!("elsewhere");
    }));

    assert!(panicked.is_err());
    let cancelled = Outcome::ended("200").cancelled("body").sent(0);
    assert_eq!(ledger.samples(), cancelled.samples());
}

#[test]
fn body_polled_past_its_end_is_recorded_once() {
    let ledger = Ledger::new();
    let Some(Ok(response)) = call(&ledger).now_or_never() else {
        panic!("the answer is ready");
    };
    let mut body = pin!(response.into_body());
    let frames = [(); 3].map(|()| body.frame().now_or_never().unwrap().is_some());

    assert_eq!(frames, [true, false, false]);
    let ended = Outcome::ended("200").sent(3);
    assert_eq!(ledger.samples(), ended.samples());
}

type Configure = fn(RequestMetricsBuilder) -> RequestMetricsBuilder;

#[test]
fn hook_panic_before_the_call_counts_as_a_panic_of_the_request() {
    let hooks: [Configure; 3] = [
        |builder| builder.skip_if(|_| panic!("a hook")),
        |builder| builder.name_endpoint(|_| panic!("a hook")),
        |builder| builder.bounded_label(BoundedLabel::from_request("tenant", |_| panic!("a hook"))),
    ];
    let panicked = Outcome::ended("500").exception("panic");
    for hook in hooks {
        let answer = Answer::new(200, Script::sized("tea"));
        let samples = samples_after_panic(hook, answer);
        // The label has no value yet.
        let samples = samples
            .iter()
            .map(|sample| sample.replace(r#",tenant="""#, ""));
        assert_eq!(samples.collect::<Vec<_>>(), panicked.samples());
    }
}

#[test]
fn panicking_hook_respects_the_endpoint_cap() {
    let ledger = Ledger::new();
    let builder = RequestMetricsLayer::builder().recorder(ledger.recorder());
    let builder = builder.max_endpoints(1).body_sizes();
    let layer = builder.skip_if(|_| panic!("a hook")).build().unwrap();
    let mut service = layer.layer(Scripted::new(Answer::Fails));
    for path in ["/tea", "/milk"] {
        let request = Request::builder().extension(Route::from(path));
        let request = request.body(Script::sized("")).unwrap();
        let called = catch_unwind(AssertUnwindSafe(|| drop(service.call(request))));
        assert!(called.is_err());
    }

    let panicked = Outcome::ended("500").exception("panic");
    let expected = [(1, panicked.endpoint("/tea")), (1, panicked.overflows())];
    assert_eq!(ledger.samples(), samples(expected));
}

#[test]
fn hook_panic_after_the_call_counts_as_a_panic_of_the_request() {
    let hooks: [(Configure, Answer); 2] = [
        (
            |builder| builder.skip_status(|_| panic!("a hook")),
            Answer::new(200, Script::sized("tea")),
        ),
        (
            |builder| builder.name_error(|_: &Failure| panic!("a hook")),
            Answer::Fails,
        ),
    ];
    let panicked = Outcome::ended("500").exception("panic");
    for (hook, answer) in hooks {
        assert_eq!(samples_after_panic(hook, answer), panicked.samples());
    }
}

/// A service of fixed readiness.
struct Limited(Poll<Result<(), Failure>>);

impl Service<Request<Script>> for Limited {
    type Response = Response<Script>;
    type Error = Failure;
    type Future = Ready<Result<Self::Response, Failure>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.0
    }

    fn call(&mut self, _: Request<Script>) -> Self::Future {
        ready(Err(Failure))
    }
}

/// Calls a service that answers at once with a streamed body.
fn call(
    ledger: &Ledger,
) -> impl Future<Output = Result<Response<ResponseBody<Script>>, Infallible>> + use<> {
    let builder = RequestMetricsLayer::builder().recorder(ledger.recorder());
    let layer = builder.body_sizes().build().unwrap();
    let answer = |_| ready(Ok(Response::new(Script::streamed([Data("tea")]))));
    let mut service = layer.layer(service_fn(answer));
    service.call(routed(Request::new(Script::sized(""))))
}

/// Returns the record of a request whose hook panics.
#[track_caller]
fn samples_after_panic(hook: Configure, answer: Answer) -> Vec<String> {
    let ledger = Ledger::new();
    let builder = RequestMetricsLayer::builder().recorder(ledger.recorder());
    let layer = hook(builder.body_sizes()).build().unwrap();
    let request = routed(Request::new(Script::sized("")));
    let service = layer.layer(Scripted::new(answer));

    let seen = exchange(service, request, Client::ReadsAll, |_| {});

    assert_eq!(seen, ["panicked"]);
    ledger.samples()
}
