//! What settings make of a suite.

use axum::Router;
use http::StatusCode;
use tollgate::{ErrorKind, RequestMetricsLayer, Settings, Tollgate};

use crate::{app, scrape, send};

/// Settings of these variables alone.
fn settings(variables: &[(&str, &str)]) -> Settings {
    let loader = Settings::loader().environment(variables.iter().copied());
    loader.load().unwrap()
}

#[tokio::test]
async fn a_base_path_goes_before_the_endpoint() {
    let variables = [("METRICS_ENABLED", "true"), ("BASE_PATH", "/g/")];
    let tollgate = Tollgate::from_settings(settings(&variables)).unwrap();
    assert_eq!(tollgate.endpoint(), Some("/g/metrics"));
    let app = tollgate.wrap(app("/g/based")).unwrap();
    assert_eq!(
        send(&app, "/g/metrics", None).await.status(),
        StatusCode::OK
    );
    assert_eq!(
        send(&app, "/metrics", None).await.status(),
        StatusCode::NOT_FOUND
    );
}

#[test]
fn an_endpoint_of_code_is_refused_where_the_app_reserves_it() {
    for (base, endpoint) in [("/", "/v1/metrics"), ("/g", "/v1"), ("/v1", "/metrics")] {
        let settings = settings(&[("BASE_PATH", base)]).reserve("/v1");
        let suite = Tollgate::builder().endpoint(endpoint).settings(settings);
        let error = suite.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Endpoint);
        let message = error.to_string();
        assert!(
            message.contains(endpoint) && message.contains("\"/v1\""),
            "{message}"
        );
    }
}

#[tokio::test]
async fn request_metrics_are_named_and_sized_as_the_settings_say() {
    let sizes = "http_response_size_bytes_count";
    for (variables, namespace, has_sizes) in [
        (&[][..], "code", true),
        (
            &[("METRICS_NAMESPACE", "shop"), ("METRICS_BODY_SIZES", "off")],
            "shop",
            false,
        ),
        (
            &[("METRICS_NAMESPACE", "mall"), ("METRICS_BODY_SIZES", "on")],
            "mall",
            true,
        ),
    ] {
        let requests = RequestMetricsLayer::builder()
            .namespace("code")
            .body_sizes();
        let suite = Tollgate::builder()
            .enabled(true)
            .requests(requests)
            .settings(settings(variables))
            .build()
            .unwrap();
        let app = suite.wrap(app("/named")).unwrap();
        send(&app, "/named", None).await;
        let scrape = scrape(&app, None).await;
        let of =
            |name: &str| scrape.values(&format!("{namespace}_{name}"), &[("endpoint", "/named")]);
        assert_eq!(of("http_request_total"), [1.0], "{scrape:#?}");
        assert_eq!(!of(sizes).is_empty(), has_sizes, "{scrape:#?}");
    }
}

#[test]
fn what_is_a_default_of_the_settings_does_not_override_code() {
    let suite = Tollgate::builder().enabled(true).endpoint("/code");
    let suite = suite.settings(settings(&[])).build().unwrap();
    assert_eq!(suite.endpoint(), Some("/code"));
}

#[test]
fn a_wrong_setting_is_an_error_of_a_disabled_suite_too() {
    let address = [
        ("METRICS_ADDRESS", ":9090"),
        ("METRICS_PORT_RANGE", "8001-8049"),
    ];
    let error = Tollgate::from_settings(settings(&address)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Setting, "{error}");
    let endpoint = Tollgate::builder()
        .endpoint("metrics")
        .settings(settings(&[]));
    assert_eq!(endpoint.build().unwrap_err().kind(), ErrorKind::Endpoint);
}

#[tokio::test]
async fn an_address_of_the_settings_replaces_listeners_of_code() {
    let code = Tollgate::builder()
        .enabled(true)
        .metrics_port_range("8001-8049".parse().unwrap());
    let own = code
        .settings(settings(&[("METRICS_ADDRESS", "127.0.0.1:0")]))
        .build()
        .unwrap();
    let listener = own.bind_metrics().await.unwrap();
    assert!(
        listener
            .address()
            .unwrap()
            .to_string()
            .starts_with("127.0.0.1:")
    );
    let app: Router = own.wrap(app("/own")).unwrap();
    assert_eq!(
        send(&app, "/metrics", None).await.status(),
        StatusCode::NOT_FOUND
    );
}
