//! Messages for wrong values.

use std::fs;

use crate::{Files, KEY, refusal, used};

#[test]
fn all_errors_are_reported_at_once_with_their_lines() {
    let files = Files::new();
    let yaml = "app: { metrics: anything }\n\
                metrics:\n  enabled: maybe\n  endpont: /m\n  db: [true]\n\
                server:\n  master_key: short\n";
    let loader = files
        .yaml(yaml)
        .env_file(files.write("shop.env", "# mine\nMETRICS_NAMESPACE=1st\n"))
        .environment([("METRICS_ENDPOINT", "metrics")]);
    let message = refusal(&files, loader);
    let lines: Vec<_> = message.lines().collect();
    let expected = [
        "shop.yaml:4: \"metrics.endpont\" is not a setting: did you mean metrics.endpoint?",
        "metrics.enabled: \"maybe\" in shop.yaml:3 is neither true nor false: use true, 1, yes or \
         on, or else false, 0, no or off, in any case",
        "metrics.endpoint: METRICS_ENDPOINT=\"metrics\": cannot mount metrics at \"metrics\": the \
         path has no leading slash; write \"/metrics\"",
        "metrics.namespace: METRICS_NAMESPACE=\"1st\" in shop.env:2 is not what names of metrics \
         begin with: use letters, digits and _, no digit first",
        "metrics.db: the value in shop.yaml:5 is a list: write one value",
        "server.master_key: *** in shop.yaml:7: master key \"MASTER_KEY\" is shorter than 16 bytes: use a \
         longer one, such as the output of `openssl rand -hex 32`",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn wrong_setting_is_no_error_of_a_listener_or_of_the_recorder() {
    let files = Files::new();
    for (variable, value, start) in [
        (
            "METRICS_ENABLED",
            "maybe",
            "metrics.enabled: METRICS_ENABLED=\"maybe\" is neither",
        ),
        (
            "METRICS_ENDPOINT",
            "metrics",
            "metrics.endpoint: METRICS_ENDPOINT=\"metrics\": cannot mount",
        ),
        (
            "MASTER_KEY",
            "short",
            "server.master_key: MASTER_KEY=***: master key",
        ),
        (
            "MASTER_KEY_FILE",
            "/no/such/key",
            "server.master_key_file: MASTER_KEY_FILE=\"/no/such/key\": ",
        ),
    ] {
        let error = used(files.variables(&[(variable, value)])).unwrap_err();
        assert!(error.to_string().starts_with(start), "{error}");
        assert!(!error.is_listener() && !error.is_recorder(), "{error}");
    }
}

#[test]
fn wrong_file_is_reported_with_its_line() {
    let files = Files::new();
    for (yaml, expected) in [
        ("metrics:\n  enabled: [\n", "shop.yaml:"),
        ("just text\n", "shop.yaml:1: holds no sections"),
        (
            "a: 1\nmetrics: true\n",
            "shop.yaml:2: metrics is no section",
        ),
        ("metrics: [enabled]\n", "shop.yaml:1: metrics is no section"),
        (
            "a: 1\nmetrics.enabled: true\n",
            "shop.yaml:2: has metrics.enabled in one word: write metrics: { enabled: … }",
        ),
        (
            "metrics:\n  enabled: true\n  enabled: false\n",
            "shop.yaml:3: is not YAML: duplicated key in mapping",
        ),
        (
            "metrics:\n  enabled: true\n  'enabled': false\n",
            "shop.yaml:3: metrics.enabled is there twice",
        ),
        (
            "metrics: { master_key: x }",
            "shop.yaml:1: \"metrics.master_key\" is not a setting: did you mean server.master_key?",
        ),
        (
            "metrics: { ? [a] : b }",
            "shop.yaml:1: metrics has a key that is no text",
        ),
        (
            "metrics: { endpoint: { path: /m } }",
            "metrics.endpoint: the value in shop.yaml:1 is a section: write one value",
        ),
        (
            "server:\n  master_key: !correct-horse-battery\n",
            "server.master_key: *** in shop.yaml:2 begins with !, which is a tag in YAML",
        ),
        (
            "metrics:\n  endpoint: !m /metrics\n",
            "metrics.endpoint: the value in shop.yaml:2 begins with !, which is a tag in YAML",
        ),
        (
            "metrics: { buckets: [1, [2]] }",
            "metrics.buckets: the value in shop.yaml:1 has an item that is no single value",
        ),
        (
            "server: { master_key: '${AURORA_MASTER_KEY}' }",
            "server.master_key: *** in shop.yaml:1 needs the variable AURORA_MASTER_KEY, which is \
             not set",
        ),
        (
            "metrics: { endpoint: '${A:-metrics}' }",
            "metrics.endpoint: \"${A:-metrics}\" in shop.yaml:1 is not accepted: use one plain path",
        ),
    ] {
        let message = refusal(&files, files.yaml(yaml));
        assert!(message.starts_with(expected), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }

    let message = refusal(&files, files.dotenv("A=1\nMETRICS_ENABLED yes\n"));
    assert_eq!(
        message,
        "shop.env:2: this is no assignment: write NAME=value, and NAME='value' where it has \
         spaces or a $"
    );
}

#[test]
fn file_that_is_not_utf8_is_refused_with_the_fix() {
    let files = Files::new();
    let path = files.0.path().join("shop.env");
    fs::write(&path, b"METRICS_ENDPOINT=/\xff\n").unwrap();
    let message = refusal(&files, files.variables(&[]).env_file(path));
    assert!(
        message.starts_with("cannot read the settings in shop.env: "),
        "{message}"
    );
    assert!(message.ends_with("; save it as UTF-8"), "{message}");
}

#[test]
fn wrong_gateway_is_refused_without_its_credentials() {
    let files = Files::new();
    for (url, remedy) in [
        (
            "ftp://ada:s3cret@gateway",
            "a gateway is asked over http or https; write one such as http://gateway.internal:9091",
        ),
        (
            "http://gateway/?token=s3cret",
            "a query or fragment is not part of a gateway's base; remove it",
        ),
        (
            "http://ada:s3cret@gateway:99999",
            "it is no URL (invalid port number); write one such as http://gateway.internal:9091",
        ),
    ] {
        let message = refusal(&files, files.variables(&[("METRICS_PUSH_URL", url)]));
        assert_eq!(
            message,
            format!("metrics.push_url: METRICS_PUSH_URL=***: {remedy}")
        );
    }
}

#[test]
fn sections_of_the_app_are_ignored() {
    let files = Files::new();
    let yaml = "metric: { enabled: maybe }\n\
                database: [{ url: '${UNSET}' }]\n\
                ? [1, 2]\n: three\n\
                metrics: ~\n\
                ---\nmetrics: { enabled: maybe }\n";
    let settings = files.yaml(yaml).load().unwrap();
    assert!(!settings.enabled());
}

#[test]
fn scalar_is_read_as_it_is_written() {
    let files = Files::new();
    let settings = files
        .yaml("server: { master_key: 0000000000000001, port: 0080 }\nmetrics: { address: 0 }")
        .load()
        .unwrap();
    assert_eq!(settings.port().unwrap(), Some(80));
    assert_eq!(
        settings.metrics_address().unwrap().to_string(),
        "127.0.0.1:0"
    );
    assert!(settings.master_keys().unwrap().is_some());
}

#[test]
fn reserved_endpoint_is_refused_with_the_prefix() {
    let files = Files::new();
    let endpoint = |path| {
        files
            .variables(&[("METRICS_ENDPOINT", path)])
            .reserve("/v1")
    };
    for path in ["/v1", "/v1/metrics"] {
        let message = refusal(&files, endpoint(path));
        for part in [
            "metrics.endpoint",
            path,
            "METRICS_ENDPOINT",
            "\"/v1\"",
            "reserves",
        ] {
            assert!(message.contains(part), "{part}: {message}");
        }
    }
    assert!(endpoint("/v10").load().is_ok());

    let default = files.variables(&[("MASTER_KEY", KEY)]).reserve("/");
    assert!(refusal(&files, default).contains("\"/metrics\" is at or below \"/\""));
}

#[test]
fn alias_stands_for_its_anchor() {
    let files = Files::new();
    let settings = files
        .yaml("paths: [&m /m, &own { enabled: on }]\nmetrics: *own\nserver: { base_path: *m }\n")
        .load()
        .unwrap();
    assert!(settings.enabled());
    assert_eq!(settings.base_path().unwrap(), "/m");
    assert!(settings.to_string().contains("shop.yaml:3)"), "{settings}");
}

#[test]
fn tags_of_the_app_are_its_own() {
    let files = Files::new();
    let yaml = "app: !shop { !a x: 1, !b x: 2, list: [!c 1, !c 1] }\nmetrics: { enabled: on }\n";
    assert!(files.yaml(yaml).load().unwrap().enabled());
    let yaml = "metrics: { buckets: [1, !b 2] }";
    assert_eq!(
        refusal(&files, files.yaml(yaml)),
        "metrics.buckets: the value in shop.yaml:1 has an item that is no single value: write it in full"
    );
}

#[test]
fn deep_file_is_refused() {
    let files = Files::new();
    let nested = |depth: usize| format!("app:\n  {}x\n", "- ".repeat(depth));
    assert!(files.yaml(&nested(100)).load().is_ok());
    assert_eq!(
        refusal(&files, files.yaml(&nested(10_000))),
        "shop.yaml:2: is not YAML: nested too deeply"
    );
}
