//! Many requests, threads and layers at once; endpoints and exceptions beyond their caps.

use std::thread;

use futures_util::FutureExt;
use http::{Request, Response, StatusCode};
use tests::ledger::Ledger;
use tollgate_http::{Exception, RequestMetricsBuilder, RequestMetricsLayer, Route};
use tower::{Layer, Service, service_fn};

use crate::answer::Step::Data;
use crate::answer::{Answer, Failure, Script};
use crate::exchange::{Client, exchange};
use crate::outcome::{Outcome, samples};
use crate::scripted::Scripted;

const THREADS: u64 = 8;
/// Number of times that each thread sends each request.
const ROUNDS: u64 = 500;

#[test]
fn overlapping_requests_are_all_in_flight() {
    let ledger = Ledger::new();
    let mut service = layer(&ledger, |builder| builder).layer(service_fn(answer));
    let in_flight = || ledger.scrape().sum("http_requests_in_flight", &[]);

    let calls = (0..8).map(|_| service.call(request("GET", "/tea")));
    let mut futures: Vec<_> = calls.map(Box::pin).collect();
    assert_eq!(in_flight(), 8.0);
    for future in futures.drain(..5) {
        assert!(future.now_or_never().is_some(), "the answer is ready");
    }
    assert_eq!(in_flight(), 3.0);
    drop(futures);

    let answered = ended("200").endpoint("/tea");
    let dropped = ended("499").endpoint("/tea").cancelled("head");
    assert_eq!(ledger.samples(), samples([(5, answered), (3, dropped)]));
}

#[test]
fn clones_on_many_threads_lose_no_request() {
    let ledger = Ledger::new();
    let service = layer(&ledger, |builder| builder).layer(service_fn(answer));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            let mut service = service.clone();
            scope.spawn(move || {
                for _ in 0..ROUNDS {
                    drop(service.call(request("GET", "/tea")).now_or_never());
                    drop(service.call(request("PUT", "/teapot")).now_or_never());
                    drop(service.call(request("GET", "/broken")).now_or_never());
                    drop(service.call(request("GET", "/tea")));
                }
            });
        }
    });

    let each = [
        ended("200").endpoint("/tea"),
        ended("418").endpoint("/teapot").method("PUT"),
        ended("500").endpoint("/broken").exception("error"),
        ended("499").endpoint("/tea").cancelled("head"),
    ];
    let each = each.map(|outcome| (THREADS * ROUNDS, outcome));
    assert_eq!(ledger.samples(), samples(each));
}

#[test]
fn endpoint_beyond_the_cap_is_overflow_and_nothing_else_changes() {
    let ledger = Ledger::new();
    let layer = layer(&ledger, |builder| builder.max_endpoints(2));
    let mut service = layer.layer(service_fn(answer));
    for (method, path) in [
        ("GET", "/tea"),
        ("PUT", "/milk"),
        ("GET", "/teapot"),
        ("PUT", "/broken"),
        ("GET", "/broken"),
        ("GET", "/teapot"),
        // An endpoint within the cap keeps its series.
        ("POST", "/tea"),
    ] {
        drop(service.call(request(method, path)).now_or_never());
    }
    // A request without a route does not count toward the cap.
    let unrouted = Request::new(Script::sized(""));
    drop(service.call(unrouted).now_or_never());

    let failed = ended("500").exception("error").overflows();
    let expected = [
        (1, ended("200").endpoint("/tea")),
        (1, ended("200").endpoint("/tea").method("POST")),
        (1, ended("200").endpoint("/milk").method("PUT")),
        (2, ended("418").overflows()),
        (1, failed),
        (1, failed.method("PUT")),
        (1, ended("200").endpoint("unmatched")),
    ];
    assert_eq!(ledger.samples(), samples(expected));
}

#[test]
fn exceptions_beyond_a_hundred_are_other() {
    let ledger = Ledger::new();
    let layer = layer(&ledger, |builder| builder);
    let leaked = |number| &*format!("spill {number}").leak();
    let names: Vec<&'static str> = (0..105).map(leaked).collect();
    // In the second round, names within the cap keep their series.
    for name in [names.clone(), names.clone()].concat() {
        let spill = async |_| {
            let mut response = Response::new(Script::sized("tea"));
            response.extensions_mut().insert(Exception(name));
            Ok::<_, Failure>(response)
        };
        let mut service = layer.layer(service_fn(spill));
        drop(service.call(request("GET", "/tea")).now_or_never());
    }

    let spilled = |name| ended("200").endpoint("/tea").exception(name);
    let kept = names[..100].iter().map(|name| (2, spilled(name)));
    assert_eq!(
        ledger.samples(),
        samples(kept.chain([(10, spilled("other"))]))
    );
}

#[test]
fn outer_and_inner_layer_both_record() {
    let ledger = Ledger::new();
    let outer = layer(&ledger, |builder| builder.namespace("outer"));
    let inner = layer(&ledger, |builder| builder.namespace("inner"));
    let body = Script::streamed([Data("te"), Data("a")]);
    let service = outer.layer(inner.layer(Scripted::new(Answer::new(200, body))));
    exchange(
        service,
        request("GET", "/tea"),
        Client::ReadsBytes(1),
        |_| {},
    );

    let recorded = ended("200").endpoint("/tea").cancelled("body").samples();
    let inner = recorded.iter().map(|sample| format!("inner_{sample}"));
    let outer = recorded.iter().map(|sample| format!("outer_{sample}"));
    let expected: Vec<String> = inner.chain(outer).collect();
    assert_eq!(ledger.samples(), expected);
}

fn layer(
    ledger: &Ledger,
    configure: fn(RequestMetricsBuilder) -> RequestMetricsBuilder,
) -> RequestMetricsLayer {
    let builder = RequestMetricsLayer::builder().recorder(ledger.recorder());
    configure(builder).build().unwrap()
}

/// Creates the record of a layer without body sizes.
fn ended(status: &'static str) -> Outcome {
    Outcome::ended(status).received(None)
}

fn request(method: &str, path: &'static str) -> Request<Script> {
    let request = Request::builder().method(method).uri(path);
    let request = request.extension(Route::from(path));
    request.body(Script::sized("")).unwrap()
}

async fn answer(request: Request<Script>) -> Result<Response<Script>, Failure> {
    let mut response = Response::new(Script::sized("tea"));
    match request.uri().path() {
        "/broken" => return Err(Failure),
        "/teapot" => *response.status_mut() = StatusCode::IM_A_TEAPOT,
        _ => {}
    }
    Ok(response)
}
