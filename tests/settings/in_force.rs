//! The settings in force, as the management endpoint `env` shows them.

use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::runtime;
use tokio::time::timeout;
use tollgate::management::{PropertySource, management_router};
use tollgate::{Settings, SettingsLoader, Tollgate, TollgateBuilder};

use crate::{Files, KEY};

/// Letters that are in no name of ours.
const SECRET: &str = "[QXZ]{16,40}";

/// Returns the sources that a suite shows to holders of the key, and the whole answer.
fn told(files: &Files, suite: TollgateBuilder, key: &str) -> (Value, String) {
    let socket = files.0.path().join("management");
    let address = format!("unix:{}", socket.display());
    let suite = suite.management_address(address.parse().unwrap());
    let suite = suite.build().unwrap();
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(async {
        let serving = tokio::spawn(suite.serve_metrics().into_future());
        let asked = async {
            loop {
                // The socket exists once the listener is bound.
                if let Some(answer) = get(&socket, key).await {
                    break answer;
                }
                tokio::task::yield_now().await;
            }
        };
        let answer = timeout(Duration::from_secs(30), asked).await;
        let answer = answer.expect("it is served");
        serving.abort();
        let _ = serving.await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
        let mut body: Value = serde_json::from_str(body).unwrap();
        (body["propertySources"].take(), answer)
    })
}

async fn get(socket: &Path, key: &str) -> Option<String> {
    let mut stream = UnixStream::connect(socket).await.ok()?;
    let request = format!(
        "GET /env HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer {key}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    Some(answer)
}

fn suite(settings: SettingsLoader) -> TollgateBuilder {
    let settings: Settings = settings.load().unwrap();
    let endpoints = management_router();
    Tollgate::builder().management(endpoints).settings(settings)
}

#[test]
fn every_layer_is_a_source_of_its_settings() {
    let files = Files::new();
    let settings = files
        .yaml("metrics:\n  namespace: shop\nmanagement: { all: { read_only: true } }\n")
        .prefix("SHOP")
        .env_file(files.write("shop.env", "\nMETRICS_DB=yes\n"))
        .environment([
            ("SHOP_MASTER_KEY", KEY),
            ("PORT", "8080"),
            ("BASE_PATH", "/g"),
            (
                "MANAGEMENT_ENV_SHOW",
                "port, METRICS_DB, metrics.endpoint, SHOP_MASTER_KEY",
            ),
        ]);
    let (sources, _) = told(&files, suite(settings).endpoint("/internal"), KEY);
    let path = |name: &str| files.0.path().join(name).display().to_string();

    let expected = [
        (
            "environment".to_owned(),
            json!({
                "management.env.show": "*****",
                "server.base_path": "*****",
                "server.master_key": "*****",
                "server.port": 8080,
            }),
        ),
        (path("shop.env"), json!({ "metrics.db": true })),
        (
            path("shop.yaml"),
            json!({ "management.all.read_only": "*****", "metrics.namespace": "*****" }),
        ),
        (
            "code".to_owned(),
            json!({ "management.address": "*****", "metrics.endpoint": "/internal" }),
        ),
        (
            "defaults".to_owned(),
            json!({
                "metrics.body_sizes": "*****",
                "metrics.buckets": "*****",
                "metrics.enabled": "*****",
            }),
        ),
    ];
    let sources = sources.as_array().unwrap();
    let found = sources.iter().map(|source| {
        let name = source["name"].as_str().unwrap().to_owned();
        (name, source["properties"].clone())
    });
    assert_eq!(found.collect::<Vec<_>>(), expected);

    let origins: Vec<_> = sources.iter().map(|source| &source["origins"]).collect();
    assert_eq!(origins[0]["server.master_key"], "variable SHOP_MASTER_KEY");
    let dotenv = format!("variable METRICS_DB in {}:2", path("shop.env"));
    assert_eq!(origins[1]["metrics.db"], dotenv);
    assert_eq!(
        origins[2]["metrics.namespace"],
        format!("{}:2", path("shop.yaml"))
    );
    assert!(origins[3].is_null() && origins[4].is_null());
}

#[test]
fn settings_override_the_shown_names_of_code() {
    let files = Files::new();
    let own = PropertySource::new("shop.toml").property("cart.size", 20);
    let told = |variables: &[(&str, &str)]| {
        let variables = [&[("MASTER_KEY", KEY)], variables].concat();
        let endpoints = management_router()
            .environment([own.clone()])
            .show_properties(["cart.size", "metrics.endpoint"]);
        let suite = suite(files.variables(&variables)).management(endpoints);
        let (sources, _) = told(&files, suite, KEY);
        let sources = sources.as_array().unwrap();
        assert_eq!(sources[0]["name"], "shop.toml");
        let size = sources[0]["properties"]["cart.size"].clone();
        (
            size,
            sources.last().unwrap()["properties"]["metrics.endpoint"].clone(),
        )
    };
    assert_eq!(told(&[]), (json!(20), json!("/metrics")));
    let shown = [("MANAGEMENT_ENV_SHOW", "METRICS_ENDPOINT")];
    assert_eq!(told(&shown), (json!("*****"), json!("/metrics")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn no_secret_is_shown_whatever_the_list_allows(secret in SECRET, password in "[QXZ]{1,20}") {
        let files = Files::new();
        let json: Value = serde_json::from_str(&Settings::default().to_json()).unwrap();
        let names = json.as_object().unwrap().keys().cloned();
        let names: Vec<_> = names
            .chain([&secret, "MASTER_KEY", "AURORA_MASTER_KEY", "bank.password"].map(String::from))
            .collect();
        let names = names.join(",");
        let url = format!("http://ada:{password}@gateway");
        let instance = format!("a-{secret}-b");
        let path = format!("/{secret}");
        let variables = [
            ("METRICS_PUSH_URL", &*url),
            ("METRICS_PUSH_JOB", "nightly"),
            ("METRICS_PUSH_INSTANCE", &instance),
            ("METRICS_NAMESPACE", &secret),
            ("METRICS_ENDPOINT", &path),
            ("BASE_PATH", &path),
            ("MANAGEMENT_ENV_SHOW", &names),
        ];
        let yaml = "server: { master_key: '${AURORA_MASTER_KEY}' }";
        for loader in [
            files.variables(&variables).environment([&variables[..], &[("MASTER_KEY", &secret)]].concat()),
            files.yaml(yaml).environment([&variables[..], &[("AURORA_MASTER_KEY", &secret)]].concat()),
            files.yaml(yaml).prefix("AURORA").environment([&variables[..], &[("AURORA_MASTER_KEY", &secret)]].concat()),
        ] {
            let own = PropertySource::new("own").secret("bank.password");
            let weaker = PropertySource::new("weaker").property("bank.password", &*password);
            let environment = management_router().environment([own, weaker]);
            let suite = suite(loader).management(environment);
            let (_, answer) = told(&files, suite, &secret);
            // The name of the directory is random.
            let answer = answer.replace(&*files.0.path().to_string_lossy(), "");
            let leaks = answer.contains(|letter| "QXZ".contains(letter));
            prop_assert!(!leaks, "{}", answer);
        }
    }
}
