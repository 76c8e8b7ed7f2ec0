//! Every endpoint in every state, for every caller and method.

use axum::http::header::{ALLOW, CACHE_CONTROL, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{Method, StatusCode};
use tollgate_auth::MasterKeys;
use tollgate_management::{Access, Readiness};

use crate::{Answer, KEY, WRONG, ask, change, endpoints};

/// Callers that may read a path by default.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Reads {
    All,
    WithAKeyIfConfigured,
    WithAKey,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Keys {
    NotConfigured,
    Right,
    Wrong,
    Missing,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Enabled,
    Disabled,
    Sensitive,
    Open,
}

const PATHS: [(&str, &str, Reads); 17] = [
    ("discovery", "/", Reads::WithAKeyIfConfigured),
    ("info", "/info", Reads::WithAKeyIfConfigured),
    ("health", "/health", Reads::All),
    ("health", "/health/liveness", Reads::All),
    ("health", "/health/readiness", Reads::All),
    ("health", "/health/water", Reads::All),
    ("health", "/health/well", Reads::WithAKey),
    ("health", "/health/readinessState", Reads::WithAKey),
    ("env", "/env", Reads::WithAKey),
    ("env", "/env/shop.toml", Reads::WithAKey),
    ("loggers", "/loggers", Reads::WithAKeyIfConfigured),
    ("loggers", CHANGED, Reads::WithAKeyIfConfigured),
    ("metrics", "/metrics", Reads::WithAKeyIfConfigured),
    (
        "metrics",
        "/metrics/orders_total",
        Reads::WithAKeyIfConfigured,
    ),
    ("prometheus", "/prometheus", Reads::WithAKeyIfConfigured),
    ("tasks", "/tasks", Reads::WithAKeyIfConfigured),
    ("schedule", "/schedule", Reads::WithAKeyIfConfigured),
];

/// Detail of a check.
const DETAIL: &str = "depth";

/// Path that a POST with a key changes.
const CHANGED: &str = "/loggers/shop";

#[tokio::test]
async fn every_endpoint_answers_every_caller_and_method() {
    let mut requests = 0;
    for (id, path, reads) in PATHS {
        for keys in [Keys::NotConfigured, Keys::Right, Keys::Wrong, Keys::Missing] {
            for state in [
                State::Enabled,
                State::Disabled,
                State::Sensitive,
                State::Open,
            ] {
                for method in [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS] {
                    let answer = answer(id, path, keys, state, &method).await;
                    let case = format!("{method} {path}, {keys:?}, {state:?}: {}", answer.body);
                    assert_eq!(
                        answer.status,
                        expected(path, reads, keys, state, &method),
                        "{case}"
                    );
                    check_headers(&answer, path, &method, &case);
                    let is_trusted =
                        keys == Keys::Right || keys == Keys::NotConfigured && state == State::Open;
                    let details = answer.body.contains(DETAIL);
                    assert!(is_trusted || !details, "{case}");
                    requests += 1;
                }
            }
        }
    }
    assert_eq!(requests, PATHS.len() * 4 * 4 * 4);
}

async fn answer(id: &str, path: &str, keys: Keys, state: State, method: &Method) -> Answer {
    let access = Access::new();
    let access = match state {
        State::Enabled => access.enabled(true),
        State::Disabled => access.enabled(false),
        State::Sensitive => access.sensitive(true),
        State::Open => access.sensitive(false),
    };
    let mut builder = endpoints(&Readiness::new()).access(id, access);
    if keys != Keys::NotConfigured {
        builder = builder.master_keys(MasterKeys::new([KEY]).unwrap());
    }
    let key = match keys {
        Keys::Right => Some(KEY),
        Keys::Wrong => Some(WRONG),
        Keys::NotConfigured | Keys::Missing => None,
    };
    let router = builder.build().unwrap();
    match *method {
        Method::POST => change(&router, path, r#"{"configuredLevel":null}"#, key).await,
        _ => ask(&router, method.clone(), path, key).await,
    }
}

fn expected(path: &str, reads: Reads, keys: Keys, state: State, method: &Method) -> StatusCode {
    let disabled = state == State::Disabled;
    let refused = match keys {
        Keys::Right => None,
        Keys::Wrong | Keys::Missing => {
            let summary = reads == Reads::All && state != State::Sensitive && !disabled;
            (!summary).then_some(StatusCode::UNAUTHORIZED)
        }
        Keys::NotConfigured if path == CHANGED && *method == Method::POST && !disabled => {
            Some(StatusCode::FORBIDDEN)
        }
        Keys::NotConfigured => match state {
            State::Sensitive => Some(StatusCode::FORBIDDEN),
            State::Enabled if reads == Reads::WithAKey => Some(StatusCode::FORBIDDEN),
            State::Enabled | State::Open | State::Disabled => None,
        },
    };
    if let Some(refused) = refused {
        return refused;
    }
    match *method {
        _ if disabled => StatusCode::NOT_FOUND,
        Method::POST if path == CHANGED => StatusCode::OK,
        Method::POST => StatusCode::METHOD_NOT_ALLOWED,
        Method::OPTIONS => StatusCode::NO_CONTENT,
        _ => StatusCode::OK,
    }
}

#[track_caller]
fn check_headers(answer: &Answer, path: &str, method: &Method, case: &str) {
    let Answer {
        status,
        headers,
        body,
    } = answer;
    assert_eq!(headers[CACHE_CONTROL], "no-store", "{case}");
    assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff", "{case}");
    let all = format!("{headers:?} {body}");
    assert!(!all.contains(KEY) && !all.contains(WRONG), "{case}");
    if method == Method::HEAD {
        assert_eq!(body, "", "{case}");
    }
    match *status {
        StatusCode::UNAUTHORIZED => assert!(headers.contains_key(WWW_AUTHENTICATE), "{case}"),
        StatusCode::METHOD_NOT_ALLOWED | StatusCode::NO_CONTENT => {
            let mut allowed: Vec<_> = headers[ALLOW].to_str().unwrap().split(',').collect();
            allowed.sort_unstable();
            let changes = if path == CHANGED { &["POST"][..] } else { &[] };
            assert_eq!(
                allowed,
                [&["GET", "HEAD", "OPTIONS"], changes].concat(),
                "{case}"
            );
        }
        StatusCode::FORBIDDEN if method != Method::HEAD => {
            assert!(body.contains("MASTER_KEY"), "{case}");
            let change = method == Method::POST && path == CHANGED;
            assert!(change || body.contains(".sensitive to false"), "{case}");
        }
        _ => {}
    }
}

#[tokio::test]
async fn only_the_exact_path_is_an_endpoint() {
    let keys = MasterKeys::new([KEY]).unwrap();
    let router = endpoints(&Readiness::new())
        .master_keys(keys)
        .build()
        .unwrap();
    for path in [
        "/health/",
        "/health/liveness/",
        "/healthz",
        "/health/../info",
        "/health/%2e%2e/info",
        "//health",
        "/HEALTH",
        "/health%20",
        "/health;x",
    ] {
        let stranger = ask(&router, Method::GET, path, None).await;
        assert_eq!(stranger.status, StatusCode::UNAUTHORIZED, "{path}");
        let holder = ask(&router, Method::GET, path, Some(KEY)).await;
        assert_eq!(holder.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn probes_may_stay_open_where_all_endpoints_are_sensitive() {
    for (own, status) in [
        (None, StatusCode::UNAUTHORIZED),
        (Some(false), StatusCode::OK),
    ] {
        let mut builder = endpoints(&Readiness::new())
            .access("all", Access::new().sensitive(true))
            .master_keys(MasterKeys::new([KEY]).unwrap());
        if let Some(own) = own {
            builder = builder.access("health", Access::new().sensitive(own));
        }
        let router = builder.build().unwrap();
        for path in ["/health/liveness", "/health/readiness", "/health"] {
            let answer = ask(&router, Method::GET, path, None).await;
            assert_eq!(answer.status, status, "{path}: {}", answer.body);
        }
        let info = ask(&router, Method::GET, "/info", None).await;
        assert_eq!(info.status, StatusCode::UNAUTHORIZED);
    }
}
