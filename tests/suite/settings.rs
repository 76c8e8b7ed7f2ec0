//! Settings of a suite.

use std::fs;
use std::net::TcpListener;

use axum::Router;
use clap::{Args, Command, FromArgMatches};
use http::StatusCode;
use http_body_util::BodyExt;
use tempfile::TempDir;
use tollgate::management::management_router;
use tollgate::{Flags, Settings, auth::MasterKeys, http::RequestMetricsLayer};

use super::{KEY, app, builder, scrape, send};

/// Returns the settings of these variables alone.
fn settings(variables: &[(&str, &str)]) -> Settings {
    let loader = Settings::loader().environment(variables.iter().copied());
    loader.load().unwrap()
}

#[tokio::test]
async fn base_path_precedes_the_endpoint_if_the_app_asks() {
    let variables = [("METRICS_ENABLED", "true"), ("BASE_PATH", "/g/")];
    let unasked = builder().settings(settings(&variables)).build().unwrap();
    assert_eq!(unasked.endpoint(), Some("/metrics"));
    let settings = settings(&variables).below_base_path().unwrap();
    let tollgate = builder().settings(settings).build().unwrap();
    assert_eq!(tollgate.endpoint(), Some("/g/metrics"));
    let app = tollgate.wrap(app("/g/based"));
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
fn reserved_endpoint_of_code_is_refused() {
    for (base, endpoint) in [("/", "/v1/metrics"), ("/g", "/v1"), ("/v1", "/metrics")] {
        let settings = settings(&[("BASE_PATH", base)]).reserve("/v1");
        let settings = settings.below_base_path().unwrap();
        let suite = builder()
            .enabled(true)
            .endpoint(endpoint)
            .settings(settings);
        let error = suite.build().unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with("metrics.endpoint: "), "{message}");
        assert!(
            message.contains(endpoint) && message.contains("\"/v1\""),
            "{message}"
        );
    }
}

#[tokio::test]
async fn settings_override_namespace_and_sizes_of_requests() {
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
        let suite = builder()
            .enabled(true)
            .requests(requests)
            .settings(settings(variables))
            .build()
            .unwrap();
        let app = suite.wrap(app("/named"));
        send(&app, "/named", None).await;
        let scrape = scrape(&app, None).await;
        let of =
            |name: &str| scrape.values(&format!("{namespace}_{name}"), &[("endpoint", "/named")]);
        assert_eq!(of("http_request_total"), [1.0], "{scrape:#?}");
        assert_eq!(!of(sizes).is_empty(), has_sizes, "{scrape:#?}");
    }
}

#[test]
fn default_of_the_settings_does_not_override_code() {
    let suite = builder().enabled(true).endpoint("/code");
    let suite = suite.settings(settings(&[])).build().unwrap();
    assert_eq!(suite.endpoint(), Some("/code"));
}

#[test]
fn address_with_a_port_leaves_none_to_a_range() {
    let address = [
        ("METRICS_ADDRESS", ":9090"),
        ("METRICS_PORT_RANGE", "8001-8049"),
    ];
    let off = builder().settings(settings(&address)).build();
    assert!(off.is_ok(), "{off:?}");
    let on = builder().enabled(true).settings(settings(&address));
    let error = on.build().unwrap_err();
    let message = error.to_string();
    assert!(
        message.starts_with("the address 127.0.0.1:9090 (METRICS_ADDRESS) leaves no port"),
        "{message}"
    );
    let endpoint = builder().endpoint("metrics").settings(settings(&[]));
    let message = endpoint.build().unwrap_err().to_string();
    assert!(
        message.starts_with("cannot mount metrics at \"metrics\": "),
        "{message}"
    );
}

#[test]
#[expect(clippy::reversed_empty_ranges, reason = "a mistake of the app")]
fn range_of_code_without_a_port_is_refused() {
    for (ports, fix) in [
        (8049..=8001, "the range ends before"),
        (0..=9, "port 0 is no port"),
    ] {
        let suite = builder().enabled(true).metrics_port_range(ports);
        let message = suite.build().unwrap_err().to_string();
        assert!(
            message.starts_with(&format!("METRICS_PORT_RANGE: {fix}")),
            "{message}"
        );
    }
}

#[tokio::test]
async fn address_of_the_settings_replaces_listeners_of_code() {
    let code = builder().enabled(true).metrics_port_range(8001..=8049);
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
    let app: Router = own.wrap(app("/own"));
    assert_eq!(
        send(&app, "/metrics", None).await.status(),
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn taken_port_is_reported_with_its_setting() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let port = taken.local_addr().unwrap().port().to_string();
    let range = format!("{port}-{port}");
    let directory = TempDir::new().unwrap();
    let write = |name: &str, text: String| {
        let path = directory.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let nothing = || Settings::loader().environment([("", ""); 0]);
    let flags = Flags::augment_args(Command::new("shop"))
        .get_matches_from(["shop".to_owned(), format!("--prometheus-address={address}")]);
    let yaml = write("shop.yaml", format!("metrics:\n  address: {address}\n"));
    let dotenv = write("shop.env", format!("\nMETRICS_ADDRESS={address}\n"));
    for (settings, told) in [
        (nothing(), "METRICS_ADDRESS".to_owned()),
        (
            nothing().environment([("PROMETHEUS_PORT", &port)]),
            "PROMETHEUS_PORT".to_owned(),
        ),
        (
            nothing()
                .prefix("CODER")
                .environment([("CODER_PROMETHEUS_ADDRESS", &address)]),
            "CODER_PROMETHEUS_ADDRESS".to_owned(),
        ),
        (
            nothing().environment([("METRICS_PORT_RANGE", &range)]),
            "METRICS_PORT_RANGE".to_owned(),
        ),
        (
            nothing().flags(Flags::from_arg_matches(&flags).unwrap()),
            "--prometheus-address".to_owned(),
        ),
        (
            nothing().file(&yaml),
            format!("metrics.address in {}:2", yaml.display()),
        ),
        (
            nothing().env_file(&dotenv),
            format!("METRICS_ADDRESS in {}:2", dotenv.display()),
        ),
    ] {
        let suite = builder()
            .enabled(true)
            .metrics_address(address.parse().unwrap())
            .settings(settings.load().unwrap());
        let error = suite.build().unwrap().bind_metrics().await.unwrap_err();
        assert!(error.is_listener(), "{error}");
        let message = error.to_string();
        assert!(message.contains(&port), "{message}");
        assert!(
            message.ends_with(&format!("; set {told} to another")),
            "{told}: {message}"
        );
    }
}

#[tokio::test]
async fn taken_management_port_is_reported_with_its_setting() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (settings, told) in [
        (settings(&[]), "MANAGEMENT_ADDRESS"),
        (
            settings(&[("MANAGEMENT_ADDRESS", &address)]),
            "MANAGEMENT_ADDRESS",
        ),
        (
            Settings::loader()
                .prefix("SHOP")
                .environment([("SHOP_MANAGEMENT_ADDRESS", &address)])
                .load()
                .unwrap(),
            "SHOP_MANAGEMENT_ADDRESS",
        ),
    ] {
        let suite = builder()
            .management(management_router())
            .management_address(address.parse().unwrap())
            .settings(settings);
        let error = suite.build().unwrap().serve_metrics().await.unwrap_err();
        assert!(error.is_listener(), "{error}");
        let message = error.to_string();
        assert!(message.contains(&address), "{message}");
        assert!(
            message.ends_with(&format!("; set {told} to another")),
            "{told}: {message}"
        );
    }
}

#[test]
fn suite_says_in_one_line_where_its_metrics_are() {
    let keys = || MasterKeys::new([KEY]).unwrap();
    let own = || "127.0.0.1:9464".parse().unwrap();
    for (suite, said) in [
        (builder(), "prometheus metrics are off"),
        (
            builder().enabled(true),
            "prometheus metrics are on: /metrics on the app's port, open to everyone",
        ),
        (
            builder()
                .enabled(true)
                .endpoint("/m")
                .master_keys(keys())
                .metrics_address(own()),
            "prometheus metrics are on: /m on 127.0.0.1:9464, behind a master key",
        ),
        (
            builder().enabled(true).metrics_port_range(8001..=8049),
            "prometheus metrics are on: /metrics on 127.0.0.1:0 at any port of 8001-8049, open to everyone",
        ),
        (
            builder()
                .master_keys(keys())
                .management(management_router())
                .management_address(own()),
            "prometheus metrics are off; management endpoints are on 127.0.0.1:9464, behind a master key",
        ),
    ] {
        assert_eq!(suite.build().unwrap().to_string(), said);
    }
}

#[tokio::test]
async fn refusal_names_the_setting_that_has_the_key() {
    let code = || {
        builder()
            .enabled(true)
            .master_keys(MasterKeys::new([KEY]).unwrap())
    };
    let of = |variable: &str| {
        let set = [(variable, KEY), ("METRICS_ENABLED", "true")];
        let settings = Settings::loader().prefix("SHOP").environment(set).load();
        builder().settings(settings.unwrap())
    };
    for (suite, named) in [
        (of("MASTER_KEY"), "MASTER_KEY"),
        (of("SHOP_MASTER_KEY"), "SHOP_MASTER_KEY"),
        (code(), "its code"),
    ] {
        let app = suite.build().unwrap().wrap(app("/keyed"));
        for key in [None, Some("not-the-key-but-long")] {
            let refused = send(&app, "/metrics", key).await;
            assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
            let body = refused.into_body().collect().await.unwrap().to_bytes();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            let message = body["message"].as_str().unwrap();
            let hint = format!("; the server has its key from {named}");
            assert!(message.ends_with(&hint), "{message}");
        }
    }
}
