//! Metrics that flags enable.

use clap::{Args, Command, FromArgMatches};
use tests::example::{self, Running};
use tollgate::{Flags, Settings};

use crate::{ended, metrics_of, refusal, scrape, status};

const APP: [&str; 2] = ["--http-address", "127.0.0.1:0"];

#[tokio::test]
async fn flags_enable_the_metrics_and_set_their_address() {
    let arguments = [
        &APP[..],
        &["--prometheus-enable", "--prometheus-address", "127.0.0.1:0"],
    ];
    let mut coder = Running::start_with("coder", &arguments.concat(), &[]);
    let metrics = metrics_of(&mut coder);
    assert_eq!(status(&coder.url("/api/v2/users/ada")).await, 200);
    let users = [("endpoint", "/api/v2/users/{user}")];
    assert_eq!(
        scrape(&metrics).await.sum("http_request_total", &users),
        1.0
    );
    assert_eq!(status(&coder.url("/metrics")).await, 404);
    ended(coder);
}

#[test]
fn documented_command_line_is_accepted() {
    let line = "coder --prometheus-enable --prometheus-address 127.0.0.1:2112";
    let command = Flags::augment_args(Command::new("coder"));
    let matches = command.get_matches_from(line.split(' '));
    let flags = Flags::from_arg_matches(&matches).unwrap();
    let settings = Settings::loader().prefix("CODER").flags(flags);
    let settings = settings
        .environment::<[(&str, &str); 0], _, _>([])
        .load()
        .unwrap();
    assert!(settings.enabled());
    assert_eq!(
        settings.metrics_address().unwrap().to_string(),
        "127.0.0.1:2112"
    );
}

#[tokio::test]
async fn prefixed_variables_enable_the_metrics() {
    let variables = [
        ("CODER_PROMETHEUS_ENABLE", "true"),
        ("CODER_PROMETHEUS_ADDRESS", "127.0.0.1:0"),
    ];
    let mut coder = Running::start_with("coder", &APP, &variables);
    scrape(&metrics_of(&mut coder)).await;
}

#[tokio::test]
async fn metrics_are_absent_without_the_flag() {
    let mut coder = Running::start_with("coder", &APP, &[]);
    coder.line_with("prometheus metrics disabled");
    assert_eq!(status(&coder.url("/metrics")).await, 404);
    let output = ended(coder);
    let log = output.concat();
    assert!(!log.contains("have a listener of their own"), "{log}");
}

#[test]
fn invalid_address_is_reported_with_its_flag() {
    let arguments = [
        &APP[..],
        &["--prometheus-enable", "--prometheus-address=here"],
    ];
    let error = refusal(example::refused_with("coder", &arguments.concat(), &[]));
    assert!(error.contains("--prometheus-address"), "{error}");
    assert!(error.contains("here"), "{error}");
}
