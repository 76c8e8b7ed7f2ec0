//! What each variable does to a suite, and how a bad value is refused.

use std::fs;

use http::StatusCode;
use tempfile::NamedTempFile;
use tollgate::{Error, ErrorKind, MasterKeys, Tollgate, TollgateBuilder};

use crate::{KEY, app, scrape, send};

const OTHER_KEY: &str = "the-key-before-that-one";

const VARIABLES: [&str; 4] = [
    "METRICS_ENABLED",
    "METRICS_ENDPOINT",
    "MASTER_KEY",
    "MASTER_KEY_FILE",
];

/// Runs something with these variables of tollgate's and no others.
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
    with_variables(variables, Tollgate::from_env).unwrap_err()
}

#[test]
fn variables_decide_what_is_served_where_and_to_whom() {
    for (variables, endpoint, is_protected) in [
        (&[][..], None, true),
        (&[("METRICS_ENABLED", "")], None, true),
        (&[("METRICS_ENABLED", "false")], None, true),
        (&[("METRICS_ENDPOINT", "/m")], None, true),
        (&[("MASTER_KEY", KEY)], None, true),
        (&[("METRICS_ENABLED", "true")], Some("/metrics"), false),
        (
            &[("METRICS_ENABLED", "1"), ("METRICS_ENDPOINT", "/a/b")],
            Some("/a/b"),
            false,
        ),
        (
            &[("METRICS_ENABLED", "on"), ("METRICS_ENDPOINT", "")],
            Some("/metrics"),
            false,
        ),
        (
            &[("METRICS_ENABLED", "YES"), ("MASTER_KEY", KEY)],
            Some("/metrics"),
            true,
        ),
        (
            &[("METRICS_ENABLED", "true"), ("MASTER_KEY", "")],
            Some("/metrics"),
            false,
        ),
    ] {
        let tollgate = with_variables(variables, Tollgate::from_env).unwrap();
        assert_eq!(tollgate.endpoint(), endpoint, "{variables:?}");
        assert_eq!(tollgate.is_protected(), is_protected, "{variables:?}");
    }
}

#[test]
fn a_bad_value_is_one_line_with_variable_value_and_fix() {
    for (variable, value, kind, fix) in [
        ("METRICS_ENABLED", "maybe", ErrorKind::Setting, "use true"),
        ("METRICS_ENABLED", " true", ErrorKind::Setting, "use true"),
        (
            "METRICS_ENDPOINT",
            "metrics",
            ErrorKind::Endpoint,
            "/metrics",
        ),
        (
            "METRICS_ENDPOINT",
            "/a//b",
            ErrorKind::Endpoint,
            "write one",
        ),
        (
            "METRICS_ENDPOINT",
            "/{a}",
            ErrorKind::Endpoint,
            "write the one",
        ),
        (
            "MASTER_KEY_FILE",
            "/no/such/key",
            ErrorKind::MasterKey,
            "file",
        ),
    ] {
        let error = refusal(&[(variable, value)]);
        assert_eq!(error.kind(), kind, "{error}");
        let message = error.to_string();
        assert_eq!(message.lines().count(), 1, "{message}");
        for part in [variable, value, fix] {
            assert!(message.contains(part), "{part}: {message}");
        }
    }
}

#[test]
fn a_short_key_is_not_repeated() {
    let error = refusal(&[("MASTER_KEY", "sesame")]);
    assert_eq!(error.kind(), ErrorKind::MasterKey);
    let shown = format!("{error} {error:?}");
    assert!(
        shown.contains("MASTER_KEY") && shown.contains("16"),
        "{shown}"
    );
    assert!(!shown.contains("sesame"), "{shown}");
}

#[tokio::test]
async fn a_key_and_a_key_file_both_open() {
    let file = NamedTempFile::new().unwrap();
    fs::write(&file, format!("{OTHER_KEY}\n")).unwrap();
    let variables = [
        ("METRICS_ENABLED", "true"),
        ("MASTER_KEY", KEY),
        ("MASTER_KEY_FILE", file.path().to_str().unwrap()),
    ];
    let tollgate = with_variables(&variables, Tollgate::from_env).unwrap();
    assert!(tollgate.is_protected());
    let app = tollgate.wrap(app("/keys")).unwrap();
    for key in [KEY, OTHER_KEY] {
        scrape(&app, Some(key)).await;
    }
    let refused = send(&app, "/metrics", Some("no-key-but-long-enough")).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
}

#[test]
fn variables_override_what_was_set_before_and_yield_to_what_is_set_after() {
    let variables = [
        ("METRICS_ENABLED", "true"),
        ("METRICS_ENDPOINT", "/variable"),
    ];
    let with_env = |builder: TollgateBuilder| with_variables(&variables, || builder.env()).unwrap();
    let keys = || MasterKeys::new([KEY]).unwrap();

    let before = Tollgate::builder()
        .enabled(false)
        .endpoint("/code")
        .master_keys(keys());
    let before = with_env(before).build().unwrap();
    assert_eq!(before.endpoint(), Some("/variable"));
    assert!(before.is_protected(), "what no variable sets stays");

    let after = with_env(Tollgate::builder())
        .endpoint("/code")
        .build()
        .unwrap();
    assert_eq!(after.endpoint(), Some("/code"));
    assert!(!after.is_protected());
}
