//! Every order of the router's methods around `wrap`: each request is one record, or the guide names the
//! order by which it is none. Alone in its process, since all suites of a process count together.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, put};
use tests::scrape::Scrape;
use tollgate::Tollgate;
use tower::layer::util::Identity;
use tower::{ServiceExt, service_fn};

/// A method of the router.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Wrap,
    Nest,
    Merge,
    NestService,
    Fallback,
    MethodNotAllowedFallback,
    RouteLayer,
    Route,
    MoreMethods,
    ResetFallback,
    WithState,
}

use Step::{
    Fallback, Merge, MethodNotAllowedFallback, MoreMethods, Nest, NestService, ResetFallback,
    Route, RouteLayer, WithState, Wrap,
};

/// The table of the guide: the method, and the requests that are not counted if it follows `wrap`.
const EXCEPTIONS: [(Step, &str, &str); 10] = [
    (Nest, "`nest`", "requests to the nested routes"),
    (
        Merge,
        "`merge`",
        "requests to the merged routes; without a `fallback` of the app's own all 404s too",
    ),
    (NestService, "`nest_service`", "requests to the service"),
    (
        Fallback,
        "`fallback`",
        "all 404s: what the fallback answers",
    ),
    (
        MethodNotAllowedFallback,
        "`method_not_allowed_fallback`",
        "all 405s: what this fallback answers",
    ),
    (RouteLayer, "`route_layer`", "–"),
    (Route, "`route`", "requests to the route"),
    (
        MoreMethods,
        "`route`, at a path that is there already",
        "requests by these methods, and the 405s of the path",
    ),
    (ResetFallback, "`reset_fallback`", "all 404s"),
    (WithState, "`with_state`", "–"),
];

/// A request, the method that makes it what it is, and the endpoint of its record.
struct Probe {
    method: Method,
    path: &'static str,
    owner: Option<Step>,
    endpoint: &'static str,
    part: Part,
}

/// Part of the router that answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Routes(Option<Step>),
    NotAllowed(Option<Step>),
    Fallback,
}

fn probes() -> Vec<Probe> {
    let probe = |method, path, owner, part| Probe {
        method,
        path,
        owner,
        endpoint: match owner {
            Some(NestService) => "unmatched",
            _ if part == Part::Fallback => "unmatched",
            _ => path,
        },
        part,
    };
    let mut probes = vec![
        probe(Method::GET, "/none", None, Part::Fallback),
        probe(Method::GET, "/nest/none", Some(Nest), Part::Fallback),
        probe(
            Method::GET,
            "/service/x",
            Some(NestService),
            Part::Routes(Some(NestService)),
        ),
        probe(
            Method::PUT,
            "/base",
            Some(MoreMethods),
            Part::Routes(Some(MoreMethods)),
        ),
    ];
    for (path, owner) in [
        ("/base", None),
        ("/nest/in", Some(Nest)),
        ("/merged", Some(Merge)),
        ("/added", Some(Route)),
    ] {
        probes.push(probe(Method::GET, path, owner, Part::Routes(owner)));
        probes.push(probe(Method::POST, path, owner, Part::NotAllowed(owner)));
    }
    probes
}

/// Returns for each part whether the router that an order builds counts what it answers.
fn counted(order: &[Step]) -> BTreeMap<Part, bool> {
    let mut counted = BTreeMap::new();
    let (mut has_fallback, mut names_not_allowed) = (false, false);
    let add = |counted: &mut BTreeMap<_, _>, owner| {
        counted.insert(Part::Routes(owner), false);
        counted.insert(Part::NotAllowed(owner), false);
    };
    add(&mut counted, None);
    counted.insert(Part::Fallback, false);
    for &step in order {
        match step {
            Wrap => counted
                .values_mut()
                .for_each(|is_counted| *is_counted = true),
            Nest | NestService | Route => add(&mut counted, Some(step)),
            Merge => {
                add(&mut counted, Some(step));
                // Of two default fallbacks, the one of the merged router stays.
                if !has_fallback {
                    counted.insert(Part::Fallback, false);
                }
            }
            MoreMethods => {
                counted.insert(Part::Routes(Some(step)), false);
                if !names_not_allowed {
                    counted.insert(Part::NotAllowed(None), false);
                }
            }
            Fallback | ResetFallback => {
                has_fallback = step == Fallback;
                counted.insert(Part::Fallback, false);
            }
            MethodNotAllowedFallback => {
                names_not_allowed = true;
                let parts = counted.iter_mut();
                for (_, is_counted) in parts.filter(|(part, _)| matches!(part, Part::NotAllowed(_)))
                {
                    *is_counted = false;
                }
            }
            RouteLayer | WithState => {}
        }
    }
    counted
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
        let is_counted = counted(&order);
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
            if is_counted[&probe.part] {
                let record = [probe.method.as_str(), probe.endpoint, status.as_str()];
                *expected.entry(record.map(str::to_owned)).or_insert(0.0) += 1.0;
            }
        }
        let now = records(&metrics).await;
        let mut found = now.clone();
        for (record, before) in &seen {
            *found.get_mut(record).unwrap() -= before;
        }
        found.retain(|_, count| *count != 0.0);
        seen = now;
        if found != expected {
            wrong.push(format!("{order:?}: {found:?}, not {expected:?}"));
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
    let expected = EXCEPTIONS.map(|(_, name, lost)| (name, lost));
    assert_eq!(rows, expected);

    // Each row loses something, or the table says that it does not.
    for (step, name, lost) in EXCEPTIONS {
        let all_counted = counted(&[Wrap, step])
            .values()
            .all(|&is_counted| is_counted);
        assert_eq!(all_counted, lost == "–", "{name}");
    }
}

/// Returns every order of the first six methods, and of any three, two or one, around `wrap`.
fn orders() -> Vec<Vec<Step>> {
    let steps = EXCEPTIONS.map(|(step, ..)| step);
    let mut orders = vec![];
    for chosen in 0_u32..1 << steps.len() {
        if chosen.count_ones() > 3 && chosen != 0b11_1111 {
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
        Route => app.route("/added", get(|| async { "added" })),
        MoreMethods => app.route("/base", put(|| async { "put" })),
        ResetFallback => app.reset_fallback(),
        WithState => app.with_state(()),
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
