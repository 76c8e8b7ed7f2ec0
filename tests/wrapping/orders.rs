//! Every order of the router's methods around `wrap`: each request is one record, or the guide names the
//! order by which it is none. Alone in its process, since all suites of a process count together.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use tests::scrape::Scrape;
use tollgate::Tollgate;
use tower::layer::util::Identity;
use tower::{ServiceExt, service_fn};

/// A method of the router.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Wrap,
    Nest,
    Merge,
    NestService,
    Fallback,
    MethodNotAllowedFallback,
    RouteLayer,
}

use Step::{Fallback, Merge, MethodNotAllowedFallback, Nest, NestService, RouteLayer, Wrap};

/// The table of the guide: the method, and the requests that are not counted if it follows `wrap`.
const EXCEPTIONS: [(Step, &str, &str); 6] = [
    (Nest, "nest", "requests to the nested routes"),
    (
        Merge,
        "merge",
        "requests to the merged routes; without a `fallback` of the app's own all 404s too",
    ),
    (NestService, "nest_service", "requests to the service"),
    (Fallback, "fallback", "all 404s: what the fallback answers"),
    (
        MethodNotAllowedFallback,
        "method_not_allowed_fallback",
        "all 405s: what this fallback answers",
    ),
    (RouteLayer, "route_layer", "–"),
];

/// A request, the method that adds its route, and the record of it.
struct Probe {
    method: Method,
    path: &'static str,
    owner: Option<Step>,
    endpoint: &'static str,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Answered,
    NotFound,
    NotAllowed,
}

fn probes() -> Vec<Probe> {
    let probe = |method, path, owner, endpoint, kind| Probe {
        method,
        path,
        owner,
        endpoint,
        kind,
    };
    let unmatched = "unmatched";
    let mut probes = vec![
        probe(Method::GET, "/none", None, unmatched, Kind::NotFound),
        probe(
            Method::GET,
            "/nest/none",
            Some(Nest),
            unmatched,
            Kind::NotFound,
        ),
        probe(
            Method::GET,
            "/service/x",
            Some(NestService),
            unmatched,
            Kind::Answered,
        ),
    ];
    for (path, owner) in [
        ("/base", None),
        ("/nest/in", Some(Nest)),
        ("/merged", Some(Merge)),
    ] {
        probes.push(probe(Method::GET, path, owner, path, Kind::Answered));
        probes.push(probe(Method::POST, path, owner, path, Kind::NotAllowed));
    }
    probes
}

impl Probe {
    /// Returns whether the table says that the request is not counted.
    fn is_excepted(&self, order: &[Step]) -> bool {
        let place = |step| order.iter().position(|&other| other == step);
        let wrap = place(Wrap);
        let follows = |step| place(step) > wrap;
        match self.kind {
            Kind::NotFound => follows(Fallback) || (follows(Merge) && place(Fallback).is_none()),
            Kind::NotAllowed if follows(MethodNotAllowedFallback) => true,
            _ => self.owner.is_some_and(follows),
        }
    }
}

#[tokio::test]
async fn each_request_is_one_record_or_the_guide_names_the_order() {
    let suite = Tollgate::builder().enabled(true).build().unwrap();
    let off = Tollgate::builder().enabled(false).build().unwrap();
    let metrics = suite.wrap(Router::new());
    let mut seen = records(&metrics).await;
    let (mut requests, mut wrong) = (0, Vec::new());
    for order in orders() {
        let measured = build(&suite, &order);
        let plain = build(&off, &order);
        let mut expected = BTreeMap::new();
        for probe in probes() {
            if probe.owner.is_some_and(|owner| !order.contains(&owner)) {
                continue;
            }
            requests += 1;
            let (status, body) = send(&measured, &probe).await;
            assert_eq!(
                (status, body),
                send(&plain, &probe).await,
                "{order:?} {}",
                probe.path
            );
            if !probe.is_excepted(&order) {
                let record = [probe.method.as_str(), probe.endpoint, status.as_str()];
                *expected.entry(record.map(str::to_owned)).or_insert(0.0) += 1.0;
            }
        }
        let now = records(&metrics).await;
        let mut counted = now.clone();
        for (record, before) in &seen {
            *counted.get_mut(record).unwrap() -= before;
        }
        counted.retain(|_, count| *count != 0.0);
        seen = now;
        if counted != expected {
            wrong.push(format!(
                "{order:?}: {counted:?} were counted, not {expected:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}: {}", wrong.len(), wrong[0]);
    assert!(requests > 10_000, "{requests}");
}

#[test]
fn guide_has_the_table_of_exceptions() {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/guide.md");
    let guide = fs::read_to_string(guide).unwrap();
    let (_, table) = guide.split_once("| Called after `wrap` |").unwrap();
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let rows: Vec<_> = rows
        .map(|row| {
            row.trim_matches(['|', ' '])
                .split_once(" | ")
                .unwrap_or_default()
        })
        .collect();
    let expected = EXCEPTIONS.map(|(_, name, lost)| (format!("`{name}`"), lost));
    let expected: Vec<_> = expected
        .iter()
        .map(|(name, lost)| (name.as_str(), *lost))
        .collect();
    assert_eq!(rows, expected);

    // Each row loses what it says, by the prediction that the orders confirm.
    for (step, name, lost) in EXCEPTIONS {
        let after = |others: &[Step]| {
            let order: Vec<_> = [others, &[Wrap, step]].concat();
            let is_excepted = |probe: &Probe| probe.is_excepted(&order);
            probes().iter().any(is_excepted)
        };
        assert_eq!(after(&[]), lost != "–", "{name}");
    }
}

/// Returns every order of all methods, and of up to three of them, around `wrap`.
fn orders() -> Vec<Vec<Step>> {
    let steps = EXCEPTIONS.map(|(step, ..)| step);
    let mut orders = vec![];
    for chosen in 0_u32..1 << steps.len() {
        if chosen.count_ones() > 3 && chosen.count_ones() < 6 {
            continue;
        }
        let mut found = vec![vec![Wrap]];
        let of_set = |place: &usize| chosen & (1 << place) != 0;
        for step in (0..steps.len()).filter(of_set).map(|place| steps[place]) {
            let longer = |order: &Vec<Step>| {
                let order = order.clone();
                (0..=order.len()).map(move |place| {
                    let mut order = order.clone();
                    order.insert(place, step);
                    order
                })
            };
            found = found.iter().flat_map(longer).collect();
        }
        orders.extend(found);
    }
    orders
}

fn build(suite: &Tollgate, order: &[Step]) -> Router {
    let app = Router::new().route("/base", get(|| async { "base" }));
    order.iter().fold(app, |app, step| match step {
        Wrap => suite.wrap(app),
        Nest => app.nest("/nest", Router::new().route("/in", get(|| async { "in" }))),
        Merge => app.merge(Router::new().route("/merged", get(|| async { "merged" }))),
        NestService => {
            let service = |_: Request<Body>| async {
                Ok::<_, Infallible>(Response::new(Body::from("service")))
            };
            app.nest_service("/service", service_fn(service))
        }
        Fallback => app.fallback(|| async { (StatusCode::NOT_FOUND, "fallback") }),
        MethodNotAllowedFallback => app.method_not_allowed_fallback(|| async {
            (StatusCode::METHOD_NOT_ALLOWED, "use GET").into_response()
        }),
        RouteLayer => app.route_layer(Identity::new()),
    })
}

async fn send(app: &Router, probe: &Probe) -> (StatusCode, Vec<u8>) {
    let request = Request::builder()
        .method(&probe.method)
        .uri(probe.path)
        .body(Body::empty());
    let response = app.clone().oneshot(request.unwrap()).await.unwrap();
    let status = response.status();
    (
        status,
        to_bytes(response.into_body(), 1_000).await.unwrap().into(),
    )
}

/// Returns the number of requests by method, endpoint and status.
async fn records(metrics: &Router) -> BTreeMap<[String; 3], f64> {
    let request = Request::get("/metrics?name[]=http_request_total").body(Body::empty());
    let response = metrics.clone().oneshot(request.unwrap()).await.unwrap();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let scrape = Scrape::new(String::from_utf8(body.into()).unwrap());
    let samples = scrape.samples().map(|sample| {
        let label = |name: &str| {
            let (_, value) = sample.split_once(&format!("{name}=\"")).unwrap();
            value.split('"').next().unwrap().to_owned()
        };
        let (_, value) = sample.rsplit_once(' ').unwrap();
        (
            ["method", "endpoint", "status"].map(label),
            value.parse().unwrap(),
        )
    });
    samples.collect()
}
