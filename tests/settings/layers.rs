//! Layers of settings: the strongest value is in force.

use std::env;

use tollgate::Settings;

use crate::{Files, KEY, refusal};

#[test]
fn stronger_layer_overrides_a_weaker_one() {
    let files = Files::new();
    let yaml = "metrics: { enabled: true, endpoint: /yaml, namespace: yaml }";
    let both = files
        .yaml(yaml)
        .env_file(files.write(
            ".env",
            "METRICS_ENDPOINT=/dotenv\nMETRICS_NAMESPACE=dotenv\n",
        ))
        .environment([("METRICS_NAMESPACE", "process")]);
    let settings = both.load().unwrap();
    assert!(settings.enabled());
    assert_eq!(settings.endpoint(), "/dotenv");
    assert_eq!(settings.namespace(), Some("process"));
    assert!(!settings.body_sizes());

    let shown = settings.to_string();
    for part in [
        "metrics.enabled = true (",
        "shop.yaml:1)",
        "metrics.endpoint = /dotenv (variable METRICS_ENDPOINT in ",
        ".env:1)",
        "metrics.namespace = process (variable METRICS_NAMESPACE)",
        "metrics.body_sizes = false (default)",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[test]
fn overridden_value_is_not_checked() {
    let files = Files::new();
    let yaml = "server: { master_key_file: /no/such/file }\nmetrics: { endpoint: '${UNSET}' }";
    let variables = [
        ("METRICS_ENDPOINT", "/m".to_owned()),
        (
            "MASTER_KEY_FILE",
            files.write("key", KEY).to_string_lossy().into_owned(),
        ),
    ];
    let settings = files.yaml(yaml).environment(variables).load().unwrap();
    assert_eq!(settings.endpoint(), "/m");
    assert!(settings.master_keys().unwrap().is_some());
}

#[test]
fn empty_value_is_not_set() {
    let files = Files::new();
    for yaml in [
        "",
        "metrics:",
        "metrics: { endpoint: }",
        "metrics: { endpoint: '' }",
    ] {
        let variables = [("METRICS_ENDPOINT", ""), ("METRICS_ENABLED", "")];
        let settings = files.yaml(yaml).environment(variables).load().unwrap();
        assert_eq!(settings.endpoint(), "/metrics", "{yaml}");
    }

    // An empty variable of the process hides the one of the file.
    let dotenv = files.dotenv("METRICS_ENDPOINT=/dotenv");
    let settings = dotenv
        .environment([("METRICS_ENDPOINT", "")])
        .load()
        .unwrap();
    assert_eq!(settings.endpoint(), "/metrics");
}

#[test]
fn prefixed_variable_overrides_the_bare_one() {
    let files = Files::new();
    let load =
        |variables: &[(&str, &str)]| files.variables(variables).prefix("AURORA").load().unwrap();
    let settings = load(&[
        ("AURORA_METRICS_ENDPOINT", "/aurora"),
        ("METRICS_ENDPOINT", "not even a path"),
        ("METRICS_ENABLED", "true"),
        ("AURORA_MASTER_KEY", KEY),
    ]);
    assert_eq!(settings.endpoint(), "/aurora");
    assert!(settings.enabled() && settings.master_keys().unwrap().is_some());
    assert_eq!(
        load(&[("AURORA_METRICS_ENDPOINT", "")]).endpoint(),
        "/metrics"
    );

    // Another name with the prefix overrides the own name without it.
    let other = [
        ("AURORA_PROMETHEUS_ENABLE", "true"),
        ("METRICS_ENABLED", "false"),
    ];
    assert!(load(&other).enabled());
    let unasked = files.variables(&[("PROMETHEUS_ENABLE", "true")]).load();
    assert!(!unasked.unwrap().enabled(), "only with a prefix");
}

#[test]
fn two_names_of_a_setting_must_agree() {
    let files = Files::new();
    for (one, other) in [
        (
            ("METRICS_ENABLED", "true"),
            ("SERVE_PROMETHEUS_ENDPOINT", "on"),
        ),
        (
            ("METRICS_ADDRESS", "127.0.0.1:8491"),
            ("PROMETHEUS_PORT", "8491"),
        ),
        (("METRICS_DB", "no"), ("ENABLE_DB_METRICS", "0")),
    ] {
        let settings = files.variables(&[one, other]).load();
        assert!(settings.is_ok(), "{settings:?}");
    }
    let variables = [
        ("METRICS_ENABLED", "true"),
        ("SERVE_PROMETHEUS_ENDPOINT", "off"),
    ];
    assert_eq!(
        refusal(&files, files.variables(&variables)),
        "metrics.enabled: METRICS_ENABLED=\"true\" and SERVE_PROMETHEUS_ENDPOINT=\"off\" say \
         different things: set one of them"
    );
}

#[test]
fn variables_in_the_file_come_from_the_same_environment() {
    let files = Files::new();
    let yaml = "metrics: { enabled: '${ON:-yes}', endpoint: '/${A}/${B:-b}' }\n\
                server: { master_key: '${SHOP_MASTER_KEY}' }\n";
    let env_file = files.write(".env", "A=a\nSHOP_MASTER_KEY='} x: [ \"{#'\n");
    let settings = files.yaml(yaml).env_file(&env_file);
    let variables = [("SHOP_MASTER_KEY", "}:[{#\"'&*!|>%@`-,?]")];
    let settings = settings.environment(variables).load().unwrap();
    assert!(settings.enabled() && settings.master_keys().unwrap().is_some());
    assert_eq!(settings.endpoint(), "/a/b");
    assert!(
        env::var_os("A").is_none(),
        "the process's environment stays as it is"
    );
}

#[test]
fn named_file_must_exist() {
    let files = Files::new();
    let named = files.variables(&[]).file(files.0.path().join("gone.yaml"));
    let error = refusal(&files, named);
    assert!(
        error.starts_with("cannot read the settings in gone.yaml: "),
        "{error}"
    );

    let by_variable = [("SHOP_CONFIG", "gone.yaml"), ("METRICS_ENABLED", "true")];
    let error = refusal(&files, files.variables(&by_variable).prefix("SHOP"));
    assert!(
        error.starts_with("SHOP_CONFIG=gone.yaml: cannot read"),
        "{error}"
    );

    let env_file = files
        .variables(&[])
        .env_file(files.0.path().join("gone.env"));
    let error = refusal(&files, env_file);
    assert!(
        error.starts_with("cannot read the settings in gone.env: "),
        "{error}"
    );

    let nothing = Settings::loader().environment([("", ""); 0]).load();
    assert!(nothing.is_ok(), "no file is named: {nothing:?}");
}

#[test]
fn variable_overrides_the_file_of_code() {
    let files = Files::new();
    let path = files.write("other.yaml", "metrics: { endpoint: /other }");
    let variables = [("TOLLGATE_CONFIG", path)];
    let settings = files
        .yaml("metrics: { endpoint: /code }")
        .environment(variables);
    assert_eq!(settings.load().unwrap().endpoint(), "/other");
}

#[test]
fn json_has_every_value_and_its_origin() {
    let files = Files::new();
    let variables = [
        ("METRICS_BUCKETS", "0.1, 1"),
        ("MASTER_KEY", KEY),
        ("PORT", "8080"),
    ];
    let json = files.variables(&variables).load().unwrap().to_json();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let entry = |key: &str| (json[key]["value"].clone(), json[key]["origin"].clone());
    let variable = |name: &str| format!("variable {name}").into();
    let (value, origin) = entry("metrics.buckets");
    assert_eq!(
        (value, origin),
        ([0.1, 1.0].as_slice().into(), variable("METRICS_BUCKETS"))
    );
    assert_eq!(entry("server.port"), (8080.into(), variable("PORT")));
    assert_eq!(
        entry("server.master_key"),
        ("***".into(), variable("MASTER_KEY"))
    );
    assert_eq!(entry("metrics.enabled"), (false.into(), "default".into()));
    assert_eq!(
        entry("metrics.namespace"),
        (serde_json::Value::Null, "default".into())
    );
}
