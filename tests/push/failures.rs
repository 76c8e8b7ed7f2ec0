//! Failed pushes: each is counted and logged, and the job goes on.

use std::collections::VecDeque;
use std::fs;
use std::future::pending;
use std::io::{BufRead, BufReader, Seek};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse;
use http::header::{AUTHORIZATION, LOCATION};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use tempfile::TempDir;
use tests::scrape::Scrape;
use tokio::net::TcpListener;
use tollgate::Tollgate;
use tower::ServiceExt;

use super::gateway::Gateway;
use super::{builder, push, suite};

/// Longer than any of these tests.
const FOREVER: Duration = Duration::from_hours(1);

/// The recorder is global, so tests that read its counts run one at a time.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test]
async fn job_goes_on_if_its_gateway_is_down() {
    let _alone = ALONE.lock().await;
    // The listener is dropped, so that the port refuses connections instead of stalling.
    let url = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let suite = suite(push(&url, "down"));
    let before = pushes(&suite, "network_error").await;
    let log = log_while(suite.pushing().finish()).await;
    assert_eq!(pushes(&suite, "network_error").await - before, 3.0);
    assert_eq!(log.len(), 3, "{log:#?}");
    let start = "WARN metrics not pushed gateway=";
    assert!(log[0].starts_with(start), "{log:#?}");
    assert!(log[0].contains("Connection refused"), "{log:#?}");
}

#[tokio::test]
async fn stalled_gateway_is_given_up_on() {
    let _alone = ALONE.lock().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let push = push(&url, "stalled")
        .timeout(Duration::from_millis(50))
        .unwrap();
    let suite = suite(push);
    let before = pushes(&suite, "network_error").await;
    let log = log_while(suite.pushing().finish()).await;
    assert_eq!(pushes(&suite, "network_error").await - before, 1.0);
    assert!(log[0].contains("timed out"), "{log:#?}");
}

#[tokio::test]
async fn wrong_password_is_counted_and_never_shown() {
    let _alone = ALONE.lock().await;
    let directory = TempDir::new().unwrap();
    let config = directory.path().join("web.yml");
    // The password `test`, as in Prometheus' own guide.
    let users = "basic_auth_users: \
                 { admin: $2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay }\n";
    fs::write(&config, users).unwrap();
    let option = format!("--web.config.file={}", config.display());
    let Some(gateway) = Gateway::start(&[&option]) else {
        return;
    };
    let gateway = gateway.with_credentials("admin", "test");

    let wrong = push(gateway.url(), "intruder");
    let wrong = suite(wrong.basic_auth("admin", "s3cret-s3cret").unwrap());
    let before = pushes(&wrong, "401").await;
    let log = log_while(wrong.pushing().finish()).await;
    assert_eq!(pushes(&wrong, "401").await - before, 1.0);
    assert!(gateway.groups().await.is_empty());
    assert!(log[0].contains("401 Unauthorized"), "{log:#?}");
    let shown = format!("{log:?} {wrong:?}");
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(!shown.contains("YWRtaW46"), "{shown}");

    let url = gateway.url().replace("http://", "http://admin:test@");
    suite(push(&url, "keyed")).pushing().finish().await;
    assert_eq!(gateway.groups().await.len(), 1);
}

#[tokio::test]
async fn token_is_never_sent_to_another_address() {
    let _alone = ALONE.lock().await;
    let elsewhere = Scripted::start([]).await;
    let moved = (
        StatusCode::TEMPORARY_REDIRECT,
        [(LOCATION, elsewhere.url.clone())],
    );
    let gateway = Scripted::start([moved.into_response()]).await;
    let push = push(&gateway.url, "token").bearer("s3cret").unwrap();
    let suite = suite(push);
    let before = pushes(&suite, "307").await;
    suite.pushing().finish().await;
    assert_eq!(pushes(&suite, "307").await - before, 1.0);
    assert_eq!(gateway.seen()[0][AUTHORIZATION], "Bearer s3cret");
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn refusal_is_logged_in_the_gateways_words_unless_credentials_were_sent() {
    let _alone = ALONE.lock().await;
    let refusal = || (StatusCode::BAD_REQUEST, "s3cret is inconsistent\n").into_response();
    let gateway = Scripted::start([refusal(), refusal()]).await;
    let open = suite(push(&gateway.url, "refused"));
    let log = log_while(open.pushing().finish()).await;
    assert!(
        log[0].ends_with(r#"code="400" reason="s3cret is inconsistent""#),
        "{log:#?}"
    );
    let keyed = suite(push(&gateway.url, "refused").bearer("s3cret").unwrap());
    let log = log_while(keyed.pushing().finish()).await;
    assert!(
        log[0].ends_with(r#"code="400" reason="400 Bad Request""#),
        "{log:#?}"
    );
}

#[tokio::test]
async fn last_push_is_repeated_after_a_503() {
    let _alone = ALONE.lock().await;
    let unwell = StatusCode::SERVICE_UNAVAILABLE.into_response();
    let well = StatusCode::ACCEPTED.into_response();
    let gateway = Scripted::start([unwell, well]).await;
    let suite = suite(push(&gateway.url, "unwell"));
    let before = [pushes(&suite, "503").await, pushes(&suite, "202").await];
    suite.pushing().finish().await;
    assert_eq!(gateway.seen().len(), 2);
    assert_eq!(pushes(&suite, "503").await - before[0], 1.0);
    assert_eq!(pushes(&suite, "202").await - before[1], 1.0);
}

#[tokio::test]
async fn panic_in_a_hook_is_counted_and_the_job_goes_on() {
    let _alone = ALONE.lock().await;
    let gateway = Scripted::start([]).await;
    let suite = builder()
        .enabled(true)
        .before_render(async || panic!("asked in vain"))
        .push(push(&gateway.url, "panic"))
        .build()
        .unwrap();
    let reader = super::suite(push(&gateway.url, "reader"));
    let before = pushes(&reader, "render_error").await;
    let log = log_while(suite.pushing().finish()).await;
    assert_eq!(pushes(&reader, "render_error").await - before, 1.0);
    assert!(gateway.seen().is_empty());
    assert!(log[0].contains("asked in vain"), "{log:#?}");
}

#[tokio::test]
async fn job_pushes_its_old_values_if_a_hook_hangs() {
    let _alone = ALONE.lock().await;
    let gateway = Scripted::start([]).await;
    let late = push(&gateway.url, "late").timeout(Duration::from_millis(200));
    let suite = builder()
        .enabled(true)
        .before_render(pending)
        .push(late.unwrap())
        .build()
        .unwrap();
    let log = log_while(suite.pushing().finish()).await;
    assert_eq!(gateway.seen().len(), 1);
    let late = "WARN a hook before a push is late: its old values are pushed";
    assert_eq!(log, [late]);
}

#[tokio::test]
async fn timeout_may_be_as_long_as_a_duration_can_be() {
    let _alone = ALONE.lock().await;
    let gateway = Scripted::start([]).await;
    let patient = push(&gateway.url, "patient").timeout(Duration::MAX);
    let log = log_while(suite(patient.unwrap()).pushing().finish()).await;
    assert_eq!(gateway.seen().len(), 1);
    assert_eq!(log, [""; 0]);
}

#[tokio::test]
async fn unfinished_job_logs_a_warning() {
    let _alone = ALONE.lock().await;
    let gateway = Scripted::start([]).await;
    let push = push(&gateway.url, "forgetful").every(FOREVER).unwrap();
    let suite = suite(push);
    let log = log_while(async { drop(suite.pushing()) }).await;
    let expected = format!(
        "WARN the last metrics are not pushed: Pushing was dropped before finish() was done \
         gateway={}/metrics/job/forgetful",
        gateway.url
    );
    assert_eq!(log, [expected]);
    assert!(gateway.seen().is_empty());
}

#[tokio::test]
async fn finish_does_not_wait_for_the_interval() {
    let _alone = ALONE.lock().await;
    let gateway = Scripted::start([]).await;
    let pushing = suite(push(&gateway.url, "early").every(FOREVER).unwrap()).pushing();
    let start = Instant::now();
    pushing.finish().await;
    assert!(start.elapsed() < FOREVER / 10);
    assert_eq!(gateway.seen().len(), 1);
}

/// A gateway with given answers, then always 200.
struct Scripted {
    url: String,
    seen: Arc<Mutex<Vec<HeaderMap>>>,
}

impl Scripted {
    async fn start(answers: impl IntoIterator<Item = axum::response::Response>) -> Self {
        let answers: VecDeque<_> = answers.into_iter().collect();
        let answers = Arc::new(Mutex::new(answers));
        let seen = Arc::<Mutex<Vec<HeaderMap>>>::default();
        let seen_here = Arc::clone(&seen);
        let app = Router::new().fallback(async move |headers: HeaderMap| {
            seen_here.lock().unwrap().push(headers);
            answers.lock().unwrap().pop_front().unwrap_or_default()
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async { axum::serve(listener, app).await });
        Self { url, seen }
    }

    /// The headers of every request so far.
    fn seen(&self) -> Vec<HeaderMap> {
        self.seen.lock().unwrap().clone()
    }
}

/// Number of pushes with this code, as scraped from the suite.
async fn pushes(suite: &Tollgate, code: &str) -> f64 {
    let app: Router = suite.wrap(Router::new());
    let request = Request::get("/metrics").body(Body::empty()).unwrap();
    let response = app.oneshot(request).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let scrape = Scrape::new(String::from_utf8(body.into()).unwrap());
    scrape.sum("tollgate_pushes_total", &[("code", code)])
}

/// Lines at WARN or above that this thread logs while `run` runs.
async fn log_while(run: impl Future<Output = ()>) -> Vec<String> {
    let mut log = tempfile::tempfile().unwrap();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_ansi(false)
        .with_target(false)
        .without_time()
        .with_writer(log.try_clone().unwrap())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    run.await;
    log.rewind().unwrap();
    let lines = BufReader::new(log).lines();
    lines
        .map(|line| line.unwrap().trim_start().to_owned())
        .collect()
}
