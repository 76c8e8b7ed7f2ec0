//! The log of a suite that starts.
//!
//! The tests have a process of their own: a test that logs without a subscriber can hide the same
//! lines from other tests' subscribers.

use std::fs;
use std::future::ready;
use std::io::{BufRead, BufReader, Seek};

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use tempfile::TempDir;
use tests::panics;
use tokio::runtime::{self, Runtime};
use tollgate::management::{Health, InfoEndpoint, PropertySource, management_router};
use tollgate::{Settings, SettingsLoader, Tollgate, TollgateBuilder, auth::MasterKeys};
use tower::ServiceExt;
use tracing::Level;

const KEY: &str = "correct-horse-battery";

#[test]
fn disabled_suite_logs_that_it_is_disabled() {
    let log = log_of(Tollgate::builder().enabled(false));
    assert_eq!(log, ["INFO prometheus metrics disabled"]);
}

#[test]
fn guarded_suite_logs_its_endpoint_and_that_a_key_guards_it() {
    let keys = MasterKeys::new([KEY]).unwrap();
    let log = log_of(Tollgate::builder().enabled(true).master_keys(keys));
    assert_eq!(
        log,
        ["INFO prometheus metrics enabled guarded_by_key=true endpoint=/metrics"]
    );
}

#[test]
fn open_suite_warns() {
    let log = log_of(
        Tollgate::builder()
            .enabled(true)
            .endpoint("/internal/metrics"),
    );
    assert_eq!(
        log,
        [
            "INFO prometheus metrics enabled guarded_by_key=false endpoint=/internal/metrics",
            "WARN prometheus metrics are open to everyone: set MASTER_KEY or MASTER_KEY_FILE \
             endpoint=/internal/metrics",
        ]
    );
}

#[test]
fn open_management_port_warns() {
    for (keys, warnings) in [(None, 1), (Some(MasterKeys::new([KEY]).unwrap()), 0)] {
        let mut suite = Tollgate::builder()
            .enabled(false)
            .management(management_router())
            .management_address("127.0.0.1:0".parse().unwrap());
        if let Some(keys) = keys {
            suite = suite.master_keys(keys);
        }
        let log = log_while(|| serve_nobody(&suite.build().unwrap()));
        let warning = "WARN management endpoints that are not sensitive are open to everyone: set \
                       MASTER_KEY or MASTER_KEY_FILE address=127.0.0.1:";
        let warned = log.iter().filter(|line| line.starts_with(warning));
        assert_eq!(warned.count(), warnings, "{log:#?}");
    }
}

#[test]
fn taken_path_is_logged_with_its_setting() {
    let keys = MasterKeys::new([KEY]).unwrap();
    let suite = Tollgate::builder()
        .enabled(true)
        .endpoint("/taken")
        .master_keys(keys);
    let log = log_while(|| {
        let suite = suite.build().unwrap();
        let app: Router = Router::new().route("/taken", get(|| async {}));
        panics::caught(|| drop(suite.wrap(app)));
    });
    assert_eq!(
        log,
        [
            "INFO prometheus metrics enabled guarded_by_key=true endpoint=/taken",
            "ERROR the app has a route of its own at the path of the prometheus metrics, or is wrapped \
             already: set METRICS_ENDPOINT to another path, or call `wrap` once endpoint=/taken",
        ]
    );
}

#[test]
fn settings_in_force_are_logged_at_debug_without_a_key() {
    let variables = [("METRICS_ENDPOINT", "/variable"), ("MASTER_KEY", KEY)];
    let settings = Settings::loader().environment(variables).load().unwrap();
    let suite = Tollgate::builder().enabled(false).settings(settings);
    let log = log_at(Level::DEBUG, || drop(suite.build().unwrap()));
    let (last, settings) = log.split_last().unwrap();
    assert_eq!(last, "INFO prometheus metrics disabled");
    assert_eq!(settings.len(), 18, "{log:#?}");
    for (setting, value, origin) in [
        ("metrics.enabled", "false", "code"),
        ("metrics.endpoint", "/variable", "variable METRICS_ENDPOINT"),
        ("metrics.db", "false", "default"),
        ("server.master_key", "***", "variable MASTER_KEY"),
    ] {
        let line = format!(
            "DEBUG setting in force setting=\"{setting}\" value=\"{value}\" origin={origin}"
        );
        assert!(settings.contains(&line), "{line}: {log:#?}");
    }
    assert!(!log.concat().contains(KEY), "{log:#?}");
}

#[test]
fn address_that_nobody_binds_is_named_at_the_first_request() {
    for (variable, value, binds) in [
        ("METRICS_ADDRESS", "127.0.0.1:0", "bind_metrics"),
        ("METRICS_PORT_RANGE", "20000-29999", "bind_metrics"),
        ("MANAGEMENT_ADDRESS", "127.0.0.1:0", "serve_metrics"),
    ] {
        for binds_it in [false, true] {
            let log = log_while(|| {
                let settings = Settings::loader().environment([(variable, value)]);
                let suite = Tollgate::builder()
                    .enabled(true)
                    .management(management_router())
                    .settings(settings.load().unwrap())
                    .build()
                    .unwrap();
                if binds_it {
                    serve_nobody(&suite);
                }
                let app: Router = suite.wrap(Router::new().route("/", get(|| async {})));
                for path in ["/", "/", "/other"] {
                    let request = Request::get(path).body(Body::empty()).unwrap();
                    runtime().block_on(app.clone().oneshot(request)).unwrap();
                }
            });
            let warned = log
                .iter()
                .filter(|line| line.contains("nobody listens for the"));
            let warned: Vec<_> = warned.collect();
            assert_eq!(warned.len(), usize::from(!binds_it), "{variable}: {log:#?}");
            for part in ["Tollgate::serve ", binds, variable] {
                assert!(
                    warned.iter().all(|line| line.contains(part)),
                    "{part}: {warned:#?}"
                );
            }
        }
    }
}

#[test]
fn second_suite_with_other_settings_is_told_that_they_are_dropped() {
    let suite = |bound: f64| {
        let suite = Tollgate::builder().enabled(true);
        suite.map_recorder(move |recorder| recorder.seconds_buckets(&[bound]))
    };
    log_of(suite(1.0));
    let warning = "WARN an earlier suite of this process has installed the recorder";
    let has_warning = |log: Vec<String>| log.iter().any(|line| line.starts_with(warning));
    assert!(has_warning(log_of(suite(2.0))));
    assert!(!has_warning(log_of(Tollgate::builder().enabled(true))));
}

#[test]
fn gateway_that_nothing_is_pushed_to_is_named() {
    let set = [
        ("METRICS_PUSH_URL", "http://127.0.0.1:1"),
        ("METRICS_PUSH_JOB", "nightly"),
    ];
    let warned = |starts: bool| {
        let log = log_while(|| {
            let settings = Settings::loader().environment(set).load().unwrap();
            let suite = Tollgate::builder().enabled(true).settings(settings);
            let suite = suite.build().unwrap();
            if starts {
                drop(suite.pushing());
            }
        });
        log.iter()
            .any(|line| line.starts_with("WARN nothing was pushed to the gateway"))
    };
    assert!(warned(false));
    assert!(!warned(true));
}

#[test]
fn probes_that_need_a_key_are_named_with_the_setting_that_opens_them() {
    let warned = |set: &[(&str, &str)]| {
        let health = Health::builder().build().unwrap();
        let settings = Settings::loader().environment(set.iter().copied()).load();
        let log = log_of(
            Tollgate::builder()
                .master_keys(MasterKeys::new([KEY]).unwrap())
                .management(management_router().health(&health))
                .management_address("127.0.0.1:0".parse().unwrap())
                .settings(settings.unwrap()),
        );
        log.iter().any(|line| {
            line.starts_with("WARN management.all.sensitive closes health to probes")
                && line.contains("management.health.sensitive to false")
        })
    };
    let all = ("MANAGEMENT_ALL_SENSITIVE", "true");
    assert!(warned(&[all]));
    assert!(!warned(&[all, ("MANAGEMENT_HEALTH_SENSITIVE", "false")]));
    assert!(!warned(&[("MANAGEMENT_HEALTH_SENSITIVE", "true")]));
}

#[test]
fn management_endpoints_without_an_address_are_named() {
    let log = log_of(Tollgate::builder().management(management_router()));
    assert_eq!(
        log,
        [
            "INFO management endpoints are not served: set MANAGEMENT_ADDRESS",
            "INFO prometheus metrics disabled",
        ]
    );
}

#[test]
fn names_that_show_no_property_are_named() {
    let shop = PropertySource::new("shop.toml")
        .property("cart.size", 20)
        .secret("bank.password");
    let variable = ("MANAGEMENT_ENV_SHOW", "CART_SIZE, cart.sise, bank.password");
    let settings = Settings::loader().environment([variable]).load().unwrap();
    let log = log_of(
        Tollgate::builder()
            .master_keys(MasterKeys::new([KEY]).unwrap())
            .management(management_router().environment([shop]))
            .management_address("127.0.0.1:0".parse().unwrap())
            .settings(settings),
    );
    let warned: Vec<_> = log
        .iter()
        .filter(|line| line.contains("management.env.show"))
        .collect();
    assert_eq!(
        warned,
        [
            "WARN management.env.show is without effect for \"cart.sise\": no source has a property of \
             this name",
            "WARN management.env.show is without effect for \"bank.password\": secrets are never shown",
        ]
    );
}

#[test]
fn access_without_an_effect_is_named() {
    let set = [
        ("MANAGEMENT_INFO_SENSITIVE", "false"),
        ("MANAGEMENT_INFO_READ_ONLY", "true"),
        ("MANAGEMENT_HEALTH_SENSITIVE", "false"),
    ];
    let settings = Settings::loader().environment(set).load().unwrap();
    let health = Health::builder().build().unwrap();
    let endpoints = management_router()
        .info(InfoEndpoint::new())
        .health(&health);
    let log = log_of(
        Tollgate::builder()
            .master_keys(MasterKeys::new([KEY]).unwrap())
            .management(endpoints)
            .management_address("127.0.0.1:0".parse().unwrap())
            .settings(settings),
    );
    assert_eq!(
        log,
        [
            "WARN management.info.sensitive is without effect: a master key guards info",
            "WARN management.info.read_only is without effect: info changes nothing",
            "INFO prometheus metrics disabled",
        ]
    );
}

/// Returns the warnings of a suite with these variables that is on, or off, and has a key.
fn warnings(enabled: bool, loader: SettingsLoader) -> Vec<String> {
    let keys = MasterKeys::new([KEY]).unwrap();
    let suite = Tollgate::builder().enabled(enabled).master_keys(keys);
    let mut log = log_of(suite.settings(loader.load().unwrap()));
    log.retain(|line| line.starts_with("WARN"));
    log
}

#[test]
fn service_links_are_named_once_with_the_fix() {
    let links = [
        ("PROMETHEUS_PORT", "tcp://10.0.48.109:9090"),
        ("CODER_PORT", "udp://10.0.48.110:80"),
        ("PORT", "0.0.0.0:8080"),
        ("BASE_PATH", "ue"),
    ];
    let loader = || Settings::loader().prefix("CODER").environment(links);
    for enabled in [true, false] {
        assert_eq!(
            warnings(enabled, loader()),
            [
                "WARN CODER_PORT, PROMETHEUS_PORT: Kubernetes service links are no settings and are \
              ignored: set enableServiceLinks: false in the pod"
            ]
        );
    }
}

#[test]
fn dollar_that_is_expanded_to_nothing_is_named() {
    let directory = TempDir::new().unwrap();
    let load = |text: &str| {
        let path = directory.path().join("shop.env");
        fs::write(&path, text).unwrap();
        let loader = Settings::loader().environment([("", ""); 0]).env_file(path);
        warnings(true, loader)
            .join("\n")
            .replace(&format!("{}/", directory.path().display()), "")
    };
    assert_eq!(
        load("A=1\nMASTER_KEY=0123456789abcdef$xyz99\nOTHER=$xyz99\n"),
        "WARN MASTER_KEY=*** in shop.env:2: a $ stands for no variable that is set and is dropped: put \
         the value in single quotes"
    );
    assert_eq!(load("MASTER_KEY='0123456789abcdef$xyz99'\n"), "");
    assert_eq!(load("A=0123456789abcdef\nMASTER_KEY=${A}\n"), "");
}

#[test]
fn key_that_a_dollar_empties_never_opens_the_metrics() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("shop.env");
    let load = |text: &str| {
        fs::write(&path, text).unwrap();
        let loader = Settings::loader().environment([("", ""); 0]);
        loader.env_file(&path).load()
    };
    for name in ["MASTER_KEY", "MASTER_KEY_FILE"] {
        for value in ["$xyz0123456789abcdef", "\"${xyz}\"", "$5$xyz99"] {
            let log = log_while(|| {
                let error = load(&format!("METRICS_ENABLED=1\n{name}={value}\n")).unwrap_err();
                assert!(error.to_string().contains(name), "{error}");
            });
            assert!(log[0].contains("a $ stands for no variable"), "{log:?}");
        }
    }
    let settings = load("METRICS_ENDPOINT=$xyz\n").unwrap();
    let log = log_of(Tollgate::builder().settings(settings));
    assert!(log[0].contains("METRICS_ENDPOINT=*** in"), "{log:?}");
}

#[test]
fn settings_without_an_effect_are_named_with_the_fix() {
    let set = [
        ("METRICS_PUSH_JOB", "nightly"),
        ("METRICS_PUSH_INTERVAL", "10s"),
        ("METRICS_DB", "true"),
        ("MANAGEMENT_ADDRESS", "127.0.0.1:0"),
        ("MANAGEMENT_ENV_SHOW", "metrics.endpoint"),
        ("MANAGEMENT_INFO_ENABLED", "false"),
    ];
    let loader = || Settings::loader().environment(set);
    let warned = warnings(true, loader());
    let gateway = "set METRICS_PUSH_URL too";
    let management = "management endpoints need an address and TollgateBuilder::management";
    for ((variable, _), (key, fix)) in set.into_iter().zip([
        ("metrics.push_job", gateway),
        ("metrics.push_interval", gateway),
        (
            "metrics.db",
            "the app never asks for it: let it measure its database if Settings::db says so",
        ),
        ("management.address", management),
        ("management.env.show", management),
        ("management.info.enabled", management),
    ]) {
        let line = format!(
            "WARN setting without effect: {fix} setting=\"{key}\" origin=variable {variable}"
        );
        assert!(warned.contains(&line), "{line}: {warned:#?}");
    }
    assert_eq!(warned.len(), set.len(), "{warned:#?}");
    assert_eq!(warnings(false, loader()), [""; 0], "nothing is used");

    let asked = Settings::loader().environment([("METRICS_DB", "true")]);
    let asked = asked.load().unwrap();
    assert!(asked.db());
    let suite = Tollgate::builder().enabled(true).settings(asked);
    assert!(!log_of(suite).concat().contains("without effect"));
}

/// Returns the lines that building a suite and wrapping a router log.
fn log_of(suite: TollgateBuilder) -> Vec<String> {
    log_while(|| {
        let _: Router = suite.build().unwrap().wrap(Router::new());
    })
}

/// Binds the suite's listeners, and ends at once.
fn serve_nobody(suite: &Tollgate) {
    let served = async {
        suite
            .serve_metrics()
            .with_graceful_shutdown(ready(()))
            .await
    };
    runtime().block_on(served).unwrap();
}

fn runtime() -> Runtime {
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap()
}

/// Returns the lines that are logged while `run` runs, with their levels.
fn log_while(run: impl FnOnce()) -> Vec<String> {
    log_at(Level::INFO, run)
}

fn log_at(level: Level, run: impl FnOnce()) -> Vec<String> {
    let mut log = tempfile::tempfile().unwrap();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(false)
        .with_target(false)
        .without_time()
        .with_writer(log.try_clone().unwrap())
        .finish();
    tracing::subscriber::with_default(subscriber, run);
    log.rewind().unwrap();
    let lines = BufReader::new(log).lines();
    // Levels are padded to the length of the longest.
    lines
        .map(|line| line.unwrap().trim_start().to_owned())
        .collect()
}
