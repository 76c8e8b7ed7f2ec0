//! Every setting from every layer, right and wrong.

use clap::{Args, Command, FromArgMatches};
use serde_json::Value;
use tollgate::{Flags, Settings};

use crate::{Files, KEY, refusal};

/// A setting.
struct Row {
    key: &'static str,
    variables: &'static [&'static str],
    flags: &'static [&'static str],
    default: &'static str,
    /// A value that is not the default, as it is given and as it is shown.
    good: (&'static str, &'static str),
    bad: &'static str,
    /// Variables that have to be set too.
    beside: &'static [(&'static str, &'static str)],
}

const ROW: Row = Row {
    key: "",
    variables: &[],
    flags: &[],
    default: "–",
    good: ("", ""),
    bad: "",
    beside: &[],
};

const ROWS: [Row; 18] = [
    Row {
        key: "metrics.enabled",
        variables: &[
            "METRICS_ENABLED",
            "SERVE_PROMETHEUS_ENDPOINT",
            "SHOP_PROMETHEUS_ENABLE",
        ],
        flags: &["--metrics-enabled", "--prometheus-enable"],
        default: "false",
        good: ("Yes", "true"),
        bad: "maybe",
        ..ROW
    },
    Row {
        key: "metrics.endpoint",
        variables: &["METRICS_ENDPOINT"],
        flags: &["--metrics-endpoint"],
        default: "/metrics",
        good: ("/debug/metrics", "/debug/metrics"),
        bad: "metrics",
        ..ROW
    },
    Row {
        key: "metrics.address",
        variables: &[
            "METRICS_ADDRESS",
            "PROMETHEUS_PORT",
            "SHOP_PROMETHEUS_ADDRESS",
        ],
        flags: &["--metrics-address", "--prometheus-address"],
        good: ("8491", "127.0.0.1:8491"),
        bad: "localhost",
        ..ROW
    },
    Row {
        key: "metrics.port_range",
        variables: &["METRICS_PORT_RANGE"],
        good: ("8001-8049", "8001-8049"),
        bad: "8049-8001",
        ..ROW
    },
    Row {
        key: "metrics.namespace",
        variables: &["METRICS_NAMESPACE"],
        good: ("shop", "shop"),
        bad: "sh-op",
        ..ROW
    },
    Row {
        key: "metrics.buckets",
        variables: &["METRICS_BUCKETS"],
        default: "0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10",
        good: ("0.1,1 10", "0.1, 1, 10"),
        bad: "1, 0.5",
        ..ROW
    },
    Row {
        key: "metrics.body_sizes",
        variables: &["METRICS_BODY_SIZES"],
        default: "false",
        good: ("1", "true"),
        bad: "2",
        ..ROW
    },
    Row {
        key: "metrics.db",
        variables: &["METRICS_DB", "ENABLE_DB_METRICS"],
        default: "false",
        good: ("ON", "true"),
        bad: "enabled",
        ..ROW
    },
    Row {
        key: "metrics.push_url",
        variables: &["METRICS_PUSH_URL"],
        good: ("http://gateway:9091/a", "http://gateway:9091/a"),
        bad: "gateway:9091",
        beside: &[("METRICS_PUSH_JOB", "nightly")],
        ..ROW
    },
    Row {
        key: "metrics.push_job",
        variables: &["METRICS_PUSH_JOB"],
        good: ("nightly report", "nightly report"),
        ..ROW
    },
    Row {
        key: "metrics.push_instance",
        variables: &["METRICS_PUSH_INSTANCE"],
        good: ("eu-1", "eu-1"),
        ..ROW
    },
    Row {
        key: "metrics.push_interval",
        variables: &["METRICS_PUSH_INTERVAL"],
        good: ("1m 30s", "90s"),
        bad: "0s",
        ..ROW
    },
    Row {
        key: "server.master_key",
        variables: &["MASTER_KEY"],
        good: (KEY, "***"),
        bad: "tooshort",
        ..ROW
    },
    Row {
        key: "server.master_key_file",
        variables: &["MASTER_KEY_FILE"],
        flags: &["--master-key-file"],
        good: ("key", "key"),
        bad: "/no/such/file",
        ..ROW
    },
    Row {
        key: "server.base_path",
        variables: &["BASE_PATH"],
        default: "/",
        good: ("/g/", "/g"),
        bad: "g",
        ..ROW
    },
    Row {
        key: "server.port",
        variables: &["PORT"],
        good: ("8080", "8080"),
        bad: "65536",
        ..ROW
    },
    Row {
        key: "management.address",
        variables: &["MANAGEMENT_ADDRESS"],
        flags: &["--management-address"],
        good: ("[::1]:8081", "[::1]:8081"),
        bad: "[::1]",
        ..ROW
    },
    Row {
        key: "management.env.show",
        variables: &["MANAGEMENT_ENV_SHOW"],
        good: ("METRICS_ENABLED,cart.size", "METRICS_ENABLED, cart.size"),
        ..ROW
    },
];

/// A way to set a value: its name in messages, and the loader that is told the value.
type Way<'a> = (String, Box<dyn Fn(&str) -> tollgate::SettingsLoader + 'a>);

/// Returns every way to set a row's value.
fn ways<'a>(files: &'a Files, row: &'a Row) -> Vec<Way<'a>> {
    let beside = || files.variables(row.beside).prefix("SHOP");
    let (section, key) = row.key.split_once('.').unwrap();
    let mut ways: Vec<Way<'a>> = vec![(
        "shop.yaml:2".to_owned(),
        Box::new(move |value| {
            let yaml = format!("{section}:\n  {key}: '{value}'\n");
            beside().file(files.write("shop.yaml", &yaml))
        }),
    )];
    for &name in row.variables {
        let with = move |name: &str, value: &str| {
            let variables = row.beside.iter().copied().chain([(name, value)]);
            let variables: Vec<_> = variables
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            beside().environment(variables)
        };
        ways.push((name.to_owned(), Box::new(move |value| with(name, value))));
        if !name.starts_with("SHOP_") {
            let prefixed = format!("SHOP_{name}");
            ways.push((
                prefixed.clone(),
                Box::new(move |value| with(&prefixed, value)),
            ));
        }
        ways.push((
            "shop.env:1".to_owned(),
            Box::new(move |value| {
                beside().env_file(files.write("shop.env", &format!("{name}='{value}'\n")))
            }),
        ));
    }
    for &flag in row.flags {
        ways.push((
            flag.to_owned(),
            Box::new(move |value| {
                let command = Flags::augment_args(Command::new("shop"));
                let matches =
                    command.get_matches_from(["shop".to_owned(), format!("{flag}={value}")]);
                beside().flags(Flags::from_arg_matches(&matches).unwrap())
            }),
        ));
    }
    ways
}

#[test]
fn every_setting_is_read_from_every_layer() {
    let files = Files::new();
    let key_file = files.write("key", KEY).to_string_lossy().into_owned();
    for row in &ROWS {
        let (given, shown) = match row.good {
            ("key", "key") => (key_file.as_str(), key_file.as_str()),
            good => good,
        };
        for (way, load) in ways(&files, row) {
            let settings = load(given).load().unwrap();
            let (value, origin) = entry(&settings, row.key);
            assert_eq!(value, shown, "{} by {way}", row.key);
            assert!(origin.contains(&way), "{}: {origin} is {way}", row.key);
        }
    }
}

#[test]
fn every_setting_has_its_default() {
    let files = Files::new();
    let settings = files.variables(&[]).load().unwrap();
    for row in &ROWS {
        let (value, origin) = entry(&settings, row.key);
        assert_eq!(
            (value.as_str(), origin.as_str()),
            (row.default, "default"),
            "{}",
            row.key
        );
    }
    assert_eq!(settings.to_string().lines().count(), ROWS.len());
}

#[test]
fn every_setting_refuses_a_bad_value_from_every_layer() {
    let files = Files::new();
    for row in ROWS.iter().filter(|row| !row.bad.is_empty()) {
        for (way, load) in ways(&files, row) {
            let message = refusal(&files, load(row.bad));
            assert_eq!(message.lines().count(), 1, "{message}");
            assert!(message.starts_with(&format!("{}: ", row.key)), "{message}");
            assert!(message.contains(&way), "{way}: {message}");
            let is_secret = row.key == "server.master_key";
            assert_eq!(message.contains(row.bad), !is_secret, "{message}");
        }
    }
}

#[test]
fn push_needs_a_job() {
    let files = Files::new();
    let url = [("METRICS_PUSH_URL", "http://gateway:9091")];
    assert_eq!(
        refusal(&files, files.variables(&url)),
        "metrics.push_job: not set, but needed with metrics.push_url: set METRICS_PUSH_JOB"
    );
}

/// Returns the value of a setting as it is shown, and its origin.
fn entry(settings: &Settings, key: &str) -> (String, String) {
    let json: Value = serde_json::from_str(&settings.to_json()).unwrap();
    let origin = json[key]["origin"].as_str().unwrap().to_owned();
    let shown = settings.to_string();
    let line = shown
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
    let value = line.unwrap().strip_suffix(&format!(" ({origin})")).unwrap();
    (value.to_owned(), origin)
}
