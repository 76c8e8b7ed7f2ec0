//! Variables of a suite, and messages for wrong values.

use std::error::Error as _;
use std::{fs, io};

use http::StatusCode;
use tempfile::NamedTempFile;
use tollgate::{Error, Settings, Tollgate, TollgateBuilder, auth::MasterKeys};

use super::{KEY, app, builder, is_stock, scrape, send};

const OTHER_KEY: &str = "the-key-before-that-one";

const VARIABLES: [&str; 4] = [
    "METRICS_ENABLED",
    "METRICS_ENDPOINT",
    "MASTER_KEY",
    "MASTER_KEY_FILE",
];

fn from_env() -> Result<Tollgate, Error> {
    if is_stock() {
        builder().settings(Settings::load()?).build()
    } else {
        Tollgate::from_env()
    }
}

/// Runs a function with these variables of tollgate's and no others.
fn with_variables<T>(variables: &[(&str, &str)], run: impl FnOnce() -> T) -> T {
    let value = |name| {
        variables
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| *value)
    };
    temp_env::with_vars(VARIABLES.map(|name| (name, value(name))), run)
}

#[track_caller]
fn refusal(variables: &[(&str, &str)]) -> Error {
    let enabled = || builder().enabled(true).settings(Settings::load()?).build();
    with_variables(variables, enabled).unwrap_err()
}

#[tokio::test]
async fn variables_set_path_and_access() {
    const OPEN: StatusCode = StatusCode::OK;
    const GUARDED: StatusCode = StatusCode::UNAUTHORIZED;
    for (variables, served) in [
        (&[][..], None),
        (&[("METRICS_ENABLED", "")], None),
        (&[("METRICS_ENABLED", "false")], None),
        (&[("METRICS_ENDPOINT", "/m")], None),
        (&[("MASTER_KEY", KEY)], None),
        (&[("METRICS_ENABLED", "true")], Some(("/metrics", OPEN))),
        (
            &[("METRICS_ENABLED", "1"), ("METRICS_ENDPOINT", "/a/b")],
            Some(("/a/b", OPEN)),
        ),
        (
            &[("METRICS_ENABLED", "on"), ("METRICS_ENDPOINT", "")],
            Some(("/metrics", OPEN)),
        ),
        (
            &[("METRICS_ENABLED", "YES"), ("MASTER_KEY", KEY)],
            Some(("/metrics", GUARDED)),
        ),
        (
            &[("METRICS_ENABLED", "true"), ("MASTER_KEY", "")],
            Some(("/metrics", OPEN)),
        ),
    ] {
        let tollgate = with_variables(variables, from_env).unwrap();
        let endpoint = served.map(|(endpoint, _)| endpoint);
        assert_eq!(tollgate.endpoint(), endpoint, "{variables:?}");
        let (endpoint, status) = served.unwrap_or(("/metrics", StatusCode::NOT_FOUND));
        let app = tollgate.wrap(app("/served"));
        let answer = send(&app, endpoint, None).await;
        assert_eq!(answer.status(), status, "{variables:?}");
    }
}

#[test]
fn wrong_value_is_one_line_with_variable_value_and_fix() {
    for (variable, value, key, fix) in [
        ("METRICS_ENABLED", "maybe", "metrics.enabled: ", "use true"),
        ("METRICS_ENABLED", " true", "metrics.enabled: ", "use true"),
        (
            "METRICS_ENDPOINT",
            "metrics",
            "metrics.endpoint: ",
            "/metrics",
        ),
        (
            "METRICS_ENDPOINT",
            "/a//b",
            "metrics.endpoint: ",
            "write one",
        ),
        (
            "METRICS_ENDPOINT",
            "/{a}",
            "metrics.endpoint: ",
            "write the one",
        ),
        (
            "MASTER_KEY_FILE",
            "/no/such/key",
            "server.master_key_file: ",
            "file",
        ),
    ] {
        let error = refusal(&[(variable, value)]);
        let message = error.to_string();
        assert!(message.starts_with(key), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
        // A `main` that returns the error shows it so.
        assert_eq!(format!("{error:?}"), message);
        for part in [variable, value, fix] {
            assert!(message.contains(part), "{part}: {message}");
        }
    }
}

#[test]
fn short_key_is_not_shown() {
    let error = refusal(&[("MASTER_KEY", "sesame")]);
    assert!(
        error.to_string().starts_with("server.master_key: "),
        "{error}"
    );
    let shown = format!("{error} {error:?}");
    assert!(
        shown.contains("MASTER_KEY") && shown.contains("16"),
        "{shown}"
    );
    assert!(!shown.contains("sesame"), "{shown}");
}

#[test]
fn all_wrong_values_are_reported_at_once() {
    let error = refusal(&[
        ("METRICS_ENABLED", "maybe"),
        ("METRICS_ENDPOINT", "metrics"),
        ("MASTER_KEY", "sesame"),
        ("MASTER_KEY_FILE", "/no/such/key"),
    ]);
    let message = error.to_string();
    let lines: Vec<&str> = message.lines().collect();
    let [enabled, endpoint, key, key_file] = lines[..] else {
        panic!("four lines: {message}");
    };
    assert!(enabled.contains("METRICS_ENABLED=\"maybe\""), "{message}");
    assert!(
        endpoint.contains("METRICS_ENDPOINT=\"metrics\""),
        "{message}"
    );
    assert!(key.contains("MASTER_KEY=***"), "{message}");
    assert!(key_file.contains("MASTER_KEY_FILE="), "{message}");
    assert!(!message.contains("sesame"), "{message}");
}

#[test]
fn source_is_the_cause_below_the_message() {
    let error = refusal(&[("METRICS_ENDPOINT", "metrics")]);
    assert!(error.source().is_none());

    let error = refusal(&[("MASTER_KEY_FILE", "/no/such/key")]);
    let source = error.source().unwrap().downcast_ref::<io::Error>();
    assert_eq!(source.unwrap().kind(), io::ErrorKind::NotFound);
}

#[tokio::test]
async fn key_and_key_file_both_open() {
    let file = NamedTempFile::new().unwrap();
    fs::write(&file, format!("{OTHER_KEY}\n")).unwrap();
    let variables = [
        ("METRICS_ENABLED", "true"),
        ("MASTER_KEY", KEY),
        ("MASTER_KEY_FILE", file.path().to_str().unwrap()),
    ];
    let tollgate = with_variables(&variables, from_env).unwrap();
    let app = tollgate.wrap(app("/keys"));
    for key in [KEY, OTHER_KEY] {
        scrape(&app, Some(key)).await;
    }
    let refused = send(&app, "/metrics", Some("no-key-but-long-enough")).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn variables_override_code_in_any_order_of_setters() {
    let variables = [
        ("METRICS_ENABLED", "true"),
        ("METRICS_ENDPOINT", "/variable"),
    ];
    let code = |builder: TollgateBuilder| {
        let keys = MasterKeys::new([KEY]).unwrap();
        builder.enabled(false).endpoint("/code").master_keys(keys)
    };
    let settings = || with_variables(&variables, Settings::load).unwrap();
    for builder in [
        code(builder()).settings(settings()),
        code(builder().settings(settings())),
    ] {
        let tollgate = builder.build().unwrap();
        assert_eq!(tollgate.endpoint(), Some("/variable"));
        let app = tollgate.wrap(app("/override"));
        let refused = send(&app, "/variable", None).await;
        assert_eq!(
            refused.status(),
            StatusCode::UNAUTHORIZED,
            "what no variable sets stays"
        );
    }

    let unasked = code(builder());
    let unasked = with_variables(&variables, || unasked.build()).unwrap();
    assert_eq!(unasked.endpoint(), None);
}
