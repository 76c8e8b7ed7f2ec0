//! Variables that others set: Kubernetes, shells, other programs.

use std::fs;

use tests::example::Running;
use tollgate::management::{InfoEndpoint, management_router};
use tollgate::{Settings, Tollgate};

use crate::{Files, KEY, used};

/// A variable of a service in the same namespace, as Kubernetes sets it.
const LINK: &str = "tcp://10.0.48.109:8080";

/// Returns every variable of the table of settings, with and without the prefix `SHOP`.
fn variables() -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configuration.md");
    let document = fs::read_to_string(path).unwrap();
    let (_, table) = document.split_once("<!-- settings: ").unwrap();
    let (table, _) = table.split_once("<!-- end of settings -->").unwrap();
    let mut variables = Vec::new();
    for row in table.lines().skip(3) {
        let cell = row.split(" | ").nth(2).unwrap();
        for name in cell.split(", ") {
            let name = name.trim_matches('`').replace("<ID>", "INFO");
            match name.strip_prefix("<PREFIX>_") {
                Some(bare) => variables.push(format!("SHOP_{bare}")),
                None => variables.extend([format!("SHOP_{name}"), name]),
            }
        }
    }
    variables.extend(["SHOP_CONFIG", "TOLLGATE_CONFIG"].map(str::to_owned));
    assert!(variables.len() > 40, "{variables:?}");
    variables
}

/// Values that are no value of a setting, or of few.
const FOREIGN: [&str; 11] = [
    LINK,
    "udp://10.0.48.109:53",
    "sctp://10.0.48.109:36412",
    "on\n",
    "9090\r\n",
    "two\nlines",
    "sk-1234",
    "0.0.0.0:8080",
    "/run/app.sock",
    "/nonexistent",
    "ue",
];

fn is_switch(variable: &str) -> bool {
    let names = [
        "METRICS_ENABLED",
        "SERVE_PROMETHEUS_ENDPOINT",
        "PROMETHEUS_ENABLE",
    ];
    names.iter().any(|name| variable.ends_with(name))
}

#[test]
fn disabled_suite_starts_whatever_the_variables_are() {
    let files = Files::new();
    for variable in variables() {
        for value in FOREIGN {
            let mut set = vec![(&*variable, value)];
            if !is_switch(&variable) {
                set.push(("METRICS_ENABLED", "false"));
            }
            let load = || files.variables(&set).prefix("SHOP").load();
            let suite = load().and_then(|settings| Tollgate::builder().settings(settings).build());
            match suite {
                Ok(_) => {}
                // It cannot be known whether the metrics are off.
                Err(error) if is_switch(&variable) => {
                    assert!(error.to_string().contains(&variable));
                }
                Err(error) => panic!("{variable}={value:?}: {error}"),
            }
        }
    }
}

#[test]
fn enabled_suite_starts_or_names_the_variable_and_the_fix() {
    let files = Files::new();
    for variable in variables() {
        for value in FOREIGN {
            let mut set = vec![(&*variable, value), ("METRICS_PUSH_JOB", "nightly")];
            set.dedup_by_key(|(name, _)| *name);
            if !is_switch(&variable) {
                set.push(("METRICS_ENABLED", "true"));
            }
            let Err(error) = used(files.variables(&set).prefix("SHOP")) else {
                continue;
            };
            let message = error.to_string();
            assert_eq!(message.lines().count(), 1, "{message}");
            assert!(
                message.contains(&variable),
                "{variable}={value:?}: {message}"
            );
            let remedies = [
                "use ",
                "write ",
                "set ",
                "remove ",
                "turn it on",
                "check that",
                "unset ",
                "save it",
            ];
            assert!(
                remedies.iter().any(|remedy| message.contains(remedy)),
                "{message}"
            );
        }
    }
}

#[test]
fn off_is_off_whatever_another_name_of_the_switch_holds() {
    let files = Files::new();
    let set = [
        ("METRICS_ENABLED", "off"),
        ("SERVE_PROMETHEUS_ENDPOINT", "/prometheus"),
    ];
    assert!(!files.variables(&set).load().unwrap().enabled());
}

#[test]
fn service_link_is_no_setting() {
    let files = Files::new();
    for (variable, protocol) in [
        ("CODER_PORT", "tcp"),
        ("PROMETHEUS_PORT", "udp"),
        ("CODER_PROMETHEUS_PORT", "sctp"),
    ] {
        let link = format!("{protocol}://10.0.48.109:8080");
        let set = [
            (variable, &*link),
            ("METRICS_ENABLED", "true"),
            ("PORT", "3000"),
        ];
        let settings = files.variables(&set).prefix("CODER").load().unwrap();
        assert_eq!(settings.port().unwrap(), Some(3000), "{variable}");
        assert_eq!(settings.metrics_address(), None, "{variable}");
        let suite = Tollgate::from_settings(settings).unwrap();
        assert_eq!(suite.endpoint(), Some("/metrics"));
    }
}

#[test]
fn port_and_base_path_are_read_only_by_an_app_that_asks() {
    let files = Files::new();
    for (port, base_path) in [
        ("0.0.0.0:8080", "ue"),
        ("/run/app.sock", "ue"),
        (LINK, "ue\n"),
    ] {
        let set = [
            ("METRICS_ENABLED", "true"),
            ("PORT", port),
            ("BASE_PATH", base_path),
        ];
        let settings = files.variables(&set).load().unwrap();
        let message = settings.port().unwrap_err().to_string();
        assert!(
            message.starts_with(&format!("server.port: PORT={port:?} is not a port: use ")),
            "{message}"
        );
        let message = settings.base_path().unwrap_err().to_string();
        assert!(
            message.starts_with("server.base_path: BASE_PATH=\"ue"),
            "{message}"
        );
        assert!(settings.clone().below_base_path().is_err());
        let suite = Tollgate::from_settings(settings).unwrap();
        assert_eq!(suite.endpoint(), Some("/metrics"));
    }
}

#[test]
fn wrong_key_is_an_error_for_an_app_that_asks_for_keys() {
    let files = Files::new();
    for (variable, value) in [
        ("MASTER_KEY", "sk-1234"),
        ("MASTER_KEY_FILE", "/nonexistent"),
    ] {
        let settings = files.variables(&[(variable, value)]).load().unwrap();
        let message = settings.master_keys().unwrap_err().to_string();
        assert!(message.contains(variable), "{message}");
        assert!(Tollgate::from_settings(settings).is_ok());
    }
}

#[test]
fn white_space_at_the_end_of_a_value_is_dropped() {
    let files = Files::new();
    let key_file = files.write("key", KEY);
    for end in ["\n", "\r\n", " ", "\t\n\n"] {
        let with = |value: &str| format!("{value}{end}");
        let set = [
            ("METRICS_ENABLED", with("true")),
            ("METRICS_ENDPOINT", with("/m")),
            ("METRICS_BUCKETS", with("0.1, 1")),
            ("MASTER_KEY", with(KEY)),
            ("MASTER_KEY_FILE", with(key_file.to_str().unwrap())),
            ("METRICS_PUSH_JOB", with("nightly")),
            (
                "TOLLGATE_CONFIG",
                with(files.write("empty.yaml", "").to_str().unwrap()),
            ),
            ("PORT", end.to_owned()),
        ];
        let settings = files.variables(&[]).environment(set).load().unwrap();
        assert!(settings.enabled());
        assert_eq!(settings.endpoint(), "/m");
        assert_eq!(settings.buckets(), [0.1, 1.0]);
        assert!(settings.master_keys().unwrap().is_some());
        assert_eq!(settings.port().unwrap(), None, "white space is not a value");
        assert!(
            settings
                .to_string()
                .contains("metrics.push_job = nightly ("),
            "{settings}"
        );
    }
    let block = format!("server:\n  master_key: |\n    {KEY}\nmetrics:\n  endpoint: \"/m \"\n");
    let dotenv = files.write("shop.env", "METRICS_NAMESPACE=\"shop\n\"\n");
    let settings = files.yaml(&block).env_file(dotenv).load().unwrap();
    assert!(settings.master_keys().unwrap().is_some());
    assert_eq!(settings.endpoint(), "/m");
    assert_eq!(settings.namespace(), Some("shop"));
}

#[test]
fn blank_key_leaves_nothing_open() {
    let files = Files::new();
    let yaml = || files.yaml("server: { master_key: ' ' }");
    for loader in [files.variables(&[("MASTER_KEY", "\n")]), yaml()] {
        let message = used(loader).unwrap_err().to_string();
        assert!(message.contains("shorter than 16 bytes"), "{message}");
    }
}

#[test]
fn line_break_inside_a_value_is_refused_and_escaped() {
    let files = Files::new();
    for (variable, shown) in [
        (
            "METRICS_ENDPOINT",
            "METRICS_ENDPOINT=\"0123456789\\nabcdef\"",
        ),
        (
            "METRICS_PUSH_JOB",
            "METRICS_PUSH_JOB=\"0123456789\\nabcdef\"",
        ),
        ("MASTER_KEY_FILE", "MASTER_KEY_FILE=\"0123456789\\nabcdef\""),
        ("MASTER_KEY", "MASTER_KEY=***"),
    ] {
        let set = [(variable, "0123456789\nabcdef")];
        let message = used(files.variables(&set)).unwrap_err().to_string();
        assert!(
            message.ends_with(&format!("{shown} holds '\\n': remove it")),
            "{message}"
        );
    }
    let message = used(files.variables(&[("TOLLGATE_CONFIG", "/gone\nfile")])).unwrap_err();
    assert_eq!(message.to_string().lines().count(), 1, "{message}");
}

#[test]
fn key_of_an_app_without_metrics_is_nobody_elses_business() {
    let files = Files::new();
    let set = [("MASTER_KEY", "sk-1234"), ("METRICS_ADDRESS", "nowhere")];
    let settings: Settings = files.variables(&set).load().unwrap();
    let error = Tollgate::builder().enabled(true).settings(settings).build();
    let message = error.unwrap_err().to_string();
    assert_eq!(message.lines().count(), 2, "used by code: {message}");
}

#[tokio::test]
async fn program_starts_among_the_variables_of_others() {
    let foreign = [
        ("PROMETHEUS_PORT", LINK),
        ("PORT", "/run/app.sock"),
        ("BASE_PATH", "/static"),
        ("MANAGEMENT_ADDRESS", "nowhere"),
    ];
    let mut on = Running::start(
        "tests/served",
        &[&foreign[..3], &[("METRICS_ENABLED", "true")]].concat(),
    );
    on.line_with("enableServiceLinks: false");
    let metrics = reqwest::get(on.url("/metrics")).await.unwrap();
    assert_eq!(metrics.status(), 200);

    let keys = [
        ("MASTER_KEY", "sk-1234"),
        ("MASTER_KEY_FILE", "/nonexistent"),
    ];
    let off = Running::start("tests/served", &[&foreign[..], &keys].concat());
    let metrics = reqwest::get(off.url("/metrics")).await.unwrap();
    assert_eq!(metrics.status(), 404);
}

#[test]
fn file_of_another_format_is_named_with_the_variable_that_names_it() {
    let files = Files::new();
    let path = files.write("shop.toml", "[server]\nport = 1\n");
    let set = [
        ("SHOP_CONFIG", path.to_str().unwrap()),
        ("METRICS_ENABLED", "true"),
    ];
    let message = used(files.variables(&set).prefix("SHOP"))
        .unwrap_err()
        .to_string();
    assert!(message.contains("shop.toml:"), "{message}");
    let end = "; variable SHOP_CONFIG names this file: let it name another";
    assert!(message.ends_with(end), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");

    let off = [set[0], ("METRICS_ENABLED", "false")];
    assert!(files.variables(&off).prefix("SHOP").load().is_ok());
}

#[test]
fn disabled_suite_checks_what_its_management_endpoints_use() {
    let files = Files::new();
    let address = ("MANAGEMENT_ADDRESS", "127.0.0.1:0");
    for (set, wrong) in [
        (
            &[address, ("MASTER_KEY", "sk-1234")][..],
            Some("MASTER_KEY"),
        ),
        (
            &[address, ("MANAGEMENT_INFO_ENABLED", "maybe")],
            Some("MANAGEMENT_INFO_ENABLED"),
        ),
        (
            &[("MANAGEMENT_ADDRESS", "nowhere")],
            Some("MANAGEMENT_ADDRESS"),
        ),
        (
            &[
                address,
                ("METRICS_BUCKETS", "many"),
                ("METRICS_ADDRESS", "nowhere"),
            ],
            None,
        ),
        (&[("MASTER_KEY", "sk-1234")], None),
    ] {
        let settings = files.variables(set).load().unwrap();
        let endpoints = management_router().info(InfoEndpoint::new());
        let suite = Tollgate::builder().management(endpoints).settings(settings);
        let message = suite.build().err().map(|error| error.to_string());
        match wrong {
            Some(variable) => assert!(message.unwrap().contains(variable), "{set:?}"),
            None => assert_eq!(message, None, "{set:?}"),
        }
    }
}
