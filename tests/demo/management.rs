//! Management port of the demo.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, AUTHORIZATION};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tests::example::{self, demo};

use super::{Demo, KEY};

#[tokio::test]
async fn health_is_public_and_its_details_need_the_key() {
    let mut demo = Demo::start();
    let summary = demo.manage("/health", None).await;
    assert_eq!(summary, (StatusCode::OK, json!({ "status": "UP" })));

    let (status, health) = demo.manage("/health", Some(KEY)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(health["status"], "UP");
    let details = health["details"].as_object().unwrap();
    assert!(details.keys().eq(["db", "diskSpace", "readinessState"]));
    let db = json!({ "status": "UP", "details": { "database": "SQLite" } });
    assert_eq!(details["db"], db);
}

#[tokio::test]
async fn info_shows_the_build() {
    let mut demo = Demo::start();
    let (_, info) = demo.manage("/info", Some(KEY)).await;
    assert_eq!(info["build"]["name"], "demo");
    assert!(
        info["build"]["rustc"]
            .as_str()
            .unwrap()
            .starts_with("rustc ")
    );
    assert!(info["uptime"]["seconds"].is_u64());
}

#[tokio::test]
async fn settings_in_force_are_masked_except_those_to_show() {
    let mut demo = Demo::start_with(&[("MANAGEMENT_ENV_SHOW", "METRICS_ENDPOINT")]);
    let (status, _) = demo.manage("/env", None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);

    let (status, env) = demo.manage("/env", Some(KEY)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(!env.to_string().contains(KEY), "{env}");
    let environment = &env["propertySources"][0];
    assert_eq!(environment["name"], "environment");
    assert_eq!(environment["properties"]["server.master_key"], "*****");
    let (_, defaults) = demo.manage("/env/defaults", Some(KEY)).await;
    assert_eq!(defaults["properties"]["metrics.endpoint"], "/metrics");
    assert_eq!(defaults["properties"]["metrics.db"], "*****");
}

#[test]
fn taken_management_port_is_reported_in_one_line_with_the_address() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (status, error) = example::refused("demo", &[("MANAGEMENT_ADDRESS", &address)]);
    assert_eq!(status.code(), Some(1), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.contains(&address), "{error}");
    assert!(error.contains("set MANAGEMENT_ADDRESS"), "{error}");
}

#[test]
fn unknown_endpoint_in_the_settings_is_reported_in_one_line_with_the_nearest() {
    let (status, error) = example::refused("demo", &[("MANAGEMENT_INOF_ENABLED", "false")]);
    assert_eq!(status.code(), Some(1), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    for part in ["variable MANAGEMENT_INOF_ENABLED", r#""inof""#, r#""info""#] {
        assert!(error.contains(part), "{error}");
    }
}

#[tokio::test]
async fn settings_switch_endpoints() {
    let mut demo = Demo::start_with(&[
        ("MANAGEMENT_INFO_ENABLED", "false"),
        ("MANAGEMENT_HEALTH_SENSITIVE", "true"),
    ]);
    let (status, _) = demo.manage("/info", Some(KEY)).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = demo.manage("/health", None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (status, _) = demo.manage("/health", Some(KEY)).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn app_is_not_ready_after_sigterm_while_requests_in_flight_finish() {
    let mut demo = Demo::start();
    let ready = demo.manage("/health/readiness", None).await;
    assert_eq!(ready, (StatusCode::OK, json!({ "status": "UP" })));
    // The head arrives at once and the body within eight seconds, less than the drain timeout.
    let stream = demo.get("/stream?chunks=8&ms=1000").await;
    demo.running.terminate();

    let deadline = Instant::now() + Duration::from_secs(7);
    let not_ready = loop {
        let answer = demo.manage("/health/readiness", None).await;
        if answer != ready {
            break answer;
        }
        assert!(Instant::now() < deadline, "still ready");
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    let out = json!({ "status": "OUT_OF_SERVICE" });
    assert_eq!(not_ready, (StatusCode::SERVICE_UNAVAILABLE, out));
    let alive = demo.manage("/health/liveness", None).await;
    assert_eq!(alive, (StatusCode::OK, json!({ "status": "UP" })));
    assert!(stream.text().await.unwrap().ends_with("chunk 8 of 8\n"));
    assert!(demo.running.wait().0.success());
}

#[tokio::test]
async fn metrics_are_served_as_names_as_text_and_one_by_one() {
    let mut demo = Demo::start();
    for id in 1..=3 {
        demo.get(&format!("/users/{id}")).await;
    }
    // This request runs the scrape hooks too: no scrape came before it.
    let memory = "/metrics/process_resident_memory_bytes";
    let (status, memory) = demo.manage(memory, Some(KEY)).await;
    assert_eq!(status, StatusCode::OK, "{memory}");
    assert!(memory["measurements"][0]["value"].as_f64() > Some(0.0));
    assert_eq!(memory["baseUnit"], "bytes");

    let path = "/metrics/http_request_total?tag=endpoint:/users/{id}&tag=status:200";
    let (_, requests) = demo.manage(path, Some(KEY)).await;
    let expected = json!({
        "name": "http_request_total",
        "measurements": [{ "statistic": "COUNT", "value": 3.0 }],
        "availableTags": [{ "tag": "method", "values": ["GET"] }],
        "description": requests["description"],
        "baseUnit": null,
    });
    assert_eq!(requests, expected);
    assert!(requests["description"].is_string());

    let (_, names) = demo.manage("/metrics", Some(KEY)).await;
    let names = names["names"].as_array().unwrap();
    assert!(names.contains(&json!("http_request_duration_seconds")));
    assert!(names.is_sorted_by_key(Value::to_string));

    let text = demo.ask_management("/prometheus", Some(KEY)).await;
    let text = text.text().await.unwrap();
    assert!(text.contains("# TYPE http_request_total counter"), "{text}");
    let stranger = demo.ask_management("/metrics", None).await;
    assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn running_job_is_among_the_tasks() {
    let mut demo = Demo::start();
    let idle = json!({ "runningCount": 0, "runnings": [] });
    assert_eq!(demo.manage("/tasks", Some(KEY)).await.1, idle);

    // The jobs run one after another, five seconds each.
    for _ in 0..4 {
        let order = demo.request(Method::POST, "/orders");
        let order = order.json(&json!({ "item": "tea", "quantity": 1000 }));
        assert_eq!(order.send().await.unwrap().status(), StatusCode::CREATED);
    }
    let deadline = Instant::now() + Duration::from_secs(15);
    let busy = loop {
        let (_, tasks) = demo.manage("/tasks", Some(KEY)).await;
        if tasks["runningCount"] == 1 {
            break tasks;
        }
        assert!(Instant::now() < deadline, "nothing runs: {tasks}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    let job = &busy["runnings"][0];
    assert_eq!(job["kind"], "fulfil_order");
    let orders = ["1", "2", "3", "4"];
    assert!(orders.contains(&job["id"].as_str().unwrap()), "{job}");
    assert!(job["since"].as_str().unwrap().ends_with('Z'), "{job}");
}

#[tokio::test]
async fn schedule_is_listed_with_its_next_date() {
    let mut demo = Demo::start();
    let (_, mut schedule) = demo.manage("/schedule", Some(KEY)).await;
    let next = schedule["schedulable"][0]["next"].take();
    assert!(next.as_str().unwrap().ends_with('Z'), "{next}");
    let stocktaking = json!({
        "name": "stocktaking",
        "labels": { "schedule": "stocktaking" },
        "next": null,
        "last": null,
    });
    let expected = json!({ "schedulableCount": 1, "schedulable": [stocktaking] });
    assert_eq!(schedule, expected);
}

#[tokio::test]
async fn disabled_metrics_are_absent_from_the_management_port() {
    let mut demo = Demo::start_with(&[("METRICS_ENABLED", "false")]);
    for path in ["/metrics", "/prometheus"] {
        let (status, _) = demo.manage(path, Some(KEY)).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn log_level_takes_effect_in_the_running_app() {
    let mut demo = Demo::start();
    demo.get("/users/1").await;
    demo.set_level(&json!({ "configuredLevel": "DEBUG" })).await;
    demo.get("/users/2").await;
    demo.set_level(&json!({ "configuredLevel": null })).await;
    demo.get("/users/3").await;
    demo.running.terminate();

    let (_, log) = demo.running.wait();
    let with = |text: &str| log.iter().filter(|line| line.contains(text)).count();
    assert_eq!(with("DEBUG demo::routes: a user was asked for id=2"), 1);
    assert_eq!(with("a user was asked for"), 1, "{log:#?}");
    for (from, to) in [("NOT_SPECIFIED", "DEBUG"), ("DEBUG", "NOT_SPECIFIED")] {
        let change = format!(r#"logger="demo" from="{from}" to="{to}" by="MASTER_KEY""#);
        assert_eq!(with(&change), 1, "{log:#?}");
    }
    assert_eq!(with(KEY), 0);
}

#[tokio::test]
async fn log_level_for_a_second_expires() {
    let mut demo = Demo::start_with(&[("RUST_LOG", "warn,tollgate=info")]);
    let change = json!({ "configuredLevel": "DEBUG", "for": "1s" });
    demo.set_level(&change).await;
    demo.running
        .line_with(r#"from="DEBUG" to="NOT_SPECIFIED" by="expiry""#);
    let (_, demo) = demo.manage("/loggers/demo", Some(KEY)).await;
    let ended = json!({ "configuredLevel": "NOT_SPECIFIED", "effectiveLevel": "WARN" });
    assert_eq!(demo, ended);
}

#[test]
fn greeting_shows_how_to_change_a_log_level() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("management");
    let address = format!("unix:{}", socket.display());
    let mut demo = demo(module_path!(), &[("MANAGEMENT_ADDRESS", &address)]);
    let line = demo.line_with("/loggers/demo");
    let reached = format!("curl -i --unix-socket '{}' http://", socket.display());
    assert!(line.contains(&reached), "{line}");
}

impl Demo {
    /// Returns the JSON at a path of the management port.
    async fn manage(&mut self, path: &str, key: Option<&str>) -> (StatusCode, Value) {
        let response = self.ask_management(path, key).await;
        (response.status(), response.json().await.unwrap())
    }

    async fn ask_management(&mut self, path: &str, key: Option<&str>) -> Response {
        let url = self.management_url(path);
        let mut request = self.client.get(url).header(ACCEPT, "application/json");
        if let Some(key) = key {
            request = request.header(AUTHORIZATION, format!("Bearer {key}"));
        }
        request.send().await.unwrap()
    }

    /// Changes the level of the logger `demo`.
    async fn set_level(&mut self, change: &Value) {
        let url = self.management_url("/loggers/demo");
        let request = self.client.post(url);
        let request = request.header(AUTHORIZATION, format!("Bearer {KEY}"));
        let response = request.json(change).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
    }

    fn management_url(&mut self, path: &str) -> String {
        let line = self.running.line_with("management endpoints have");
        let (_, address) = line.rsplit_once("address=").unwrap();
        format!("http://{address}{path}")
    }
}
