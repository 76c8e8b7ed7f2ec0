//! Request metrics of the management router.

use axum::Router;
use axum::http::Method;
use axum::routing::get;
use tests::ledger::Ledger;
use tollgate_axum::Axum;
use tollgate_http::RequestMetricsLayer;
use tollgate_management::{ManagementBuilder, Readiness};

use crate::{ask, endpoints};

/// Returns the requests counted after one to an app and one to the router nested in it.
async fn counted(set: impl FnOnce(ManagementBuilder, &Ledger) -> ManagementBuilder) -> Vec<String> {
    let ledger = Ledger::new();
    let management = set(endpoints(&Readiness::new()), &ledger).build().unwrap();
    let requests = RequestMetricsLayer::builder().recorder(ledger.recorder());
    let app = Router::new()
        .route("/", get(async || "hello"))
        .nest("/management", management)
        .layer(requests.build().unwrap().for_host(Axum));
    ask(&app, Method::GET, "/", None).await;
    ask(&app, Method::GET, "/management/info", None).await;
    let samples = ledger.samples().into_iter();
    samples
        .filter(|sample| sample.starts_with("http_request_total"))
        .collect()
}

const APP: &str = r#"http_request_total{method="GET",endpoint="/",status="200"} 1"#;

#[tokio::test]
async fn requests_to_the_router_are_not_measured_by_default() {
    assert_eq!(counted(|builder, _| builder).await, [APP]);
}

#[tokio::test]
async fn requests_to_the_router_have_a_label_of_their_own() {
    let counted = counted(|builder, ledger| {
        builder.requests(RequestMetricsLayer::builder().recorder(ledger.recorder()))
    });
    let counted = counted.await;
    let [app, management] = &counted[..] else {
        panic!("{counted:?}");
    };
    let (app, management) = if app == APP {
        (app, management)
    } else {
        (management, app)
    };
    assert_eq!(app, APP);
    for label in [
        r#"server="management""#,
        r#"endpoint="/management/info""#,
        r#"status="200""#,
    ] {
        assert!(management.contains(label), "{management}");
    }
}
