//! No secret is shown, in whatever place it is and whatever else is wrong.

use proptest::prelude::*;
use tollgate::{SettingsLoader, Tollgate};

use crate::Files;

/// Letters that no message of ours has, so that a part of a secret is found.
const SECRET: &str = "[QXZ]{1,40}";

/// Checks that no printed value has a letter of a secret.
fn check(files: &Files, loader: SettingsLoader) -> Result<(), TestCaseError> {
    let loader_shown = format!("{loader:?}");
    let shown = match loader.load() {
        Err(error) => format!("{error}{error:?}{error:#?}"),
        Ok(settings) => {
            let json = settings.to_json();
            let builder = Tollgate::builder().settings(settings.clone());
            let builder_shown = format!("{builder:?}");
            let wrong = [
                builder.enabled(true).build().err(),
                settings.port().err(),
                settings.base_path().err(),
            ];
            format!("{settings}{settings:?}{json}{builder_shown}{wrong:?}")
        }
    };
    let shown = format!("{loader_shown}{shown}");
    // The name of the directory is random.
    let shown = shown.replace(&*files.0.path().to_string_lossy(), "");
    let leaks = shown.contains(|letter| "QXZ".contains(letter));
    prop_assert!(!leaks, "{}", shown);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn key_is_shown_nowhere(secret in SECRET, prefix in "(AURORA)?") {
        let files = Files::new();
        let name = if prefix.is_empty() { "MASTER_KEY" } else { "AURORA_MASTER_KEY" };
        let load = |loader: SettingsLoader| match prefix.as_str() {
            "" => loader,
            prefix => loader.prefix(prefix),
        };
        check(&files, load(files.variables(&[(name, &secret)])))?;
        check(&files, load(files.dotenv(&format!("{name}={secret}"))))?;
        check(&files, load(files.yaml(&format!("server: {{ master_key: {secret} }}"))))?;
        let expanded = files.yaml("server: { master_key: '${AURORA_MASTER_KEY}' }");
        check(&files, load(expanded.environment([("AURORA_MASTER_KEY", &secret)])))?;
        let by_default = format!("server: {{ master_key: '${{UNSET:-{secret}}}' }}");
        check(&files, load(files.yaml(&by_default)))?;
    }

    #[test]
    fn key_in_a_wrong_place_is_not_shown(secret in SECRET) {
        let files = Files::new();
        for yaml in [
            format!("server: {secret}"),
            format!("server: [{secret}]"),
            format!("server: {{ master_key: [{secret}] }}"),
            format!("server: {{ master_key: {{ a: {secret} }} }}"),
            format!("server: {{ master_keys: {secret} }}"),
            format!("server:\n  master_key: |\n    {secret}\n    {secret}\n"),
            format!("server:\n  master_key: \"{secret}\n"),
            format!("server:\n  master_key: @{secret}\n"),
            format!("server:\n  master_key: a: {secret}\n"),
            format!("server:\n  master_key: {secret}${{\n"),
            format!("server:\n  master_key: ${{{secret} {secret}}}\n"),
            format!("server:\n  master_key: *{secret}\n"),
            format!("server:\n  master_key: !{secret} a\n"),
            format!("server:\n  master_key: !{secret}\n"),
            format!("server:\n\tmaster_key: {secret}\n"),
            secret.clone(),
        ] {
            check(&files, files.yaml(&yaml))?;
        }
        for dotenv in [
            format!("MASTER_KEY {secret}"),
            format!("MASTER_KEY='{secret}"),
            format!("MASTER_KEY={secret} {secret}"),
            secret.clone(),
        ] {
            check(&files, files.dotenv(&dotenv))?;
        }
    }

    #[test]
    fn key_in_another_setting_is_not_shown(secret in SECRET) {
        let files = Files::new();
        for variable in [
            "METRICS_ENABLED",
            "METRICS_ENDPOINT",
            "METRICS_ADDRESS",
            "METRICS_PORT_RANGE",
            "METRICS_NAMESPACE",
            "METRICS_BUCKETS",
            "METRICS_PUSH_URL",
            "METRICS_PUSH_INSTANCE",
            "MASTER_KEY_FILE",
            "BASE_PATH",
            "PORT",
        ] {
            let path = format!("/{secret}");
            for value in [&secret, &path] {
                check(&files, files.variables(&[("MASTER_KEY", &secret), (variable, value)]))?;
            }
        }
        let yaml = "metrics: { endpoint: '${AURORA_MASTER_KEY}', namespace: '${AURORA_MASTER_KEY}' }";
        check(&files, files.yaml(yaml).environment([("AURORA_MASTER_KEY", &secret)]))?;
    }

    #[test]
    fn credentials_of_a_gateway_are_not_shown(secret in SECRET) {
        let files = Files::new();
        for url in [
            format!("http://user:{secret}@gateway:9091"),
            format!("http://{secret}@gateway:9091"),
            format!("user:{secret}@gateway:9091"),
            format!("http://a:b/{secret}@gateway:9091"),
            format!("http://gateway:9091?token={secret}"),
        ] {
            for job in ["", "nightly"] {
                check(&files, files.variables(&[("METRICS_PUSH_URL", &url), ("METRICS_PUSH_JOB", job)]))?;
            }
            check(&files, files.variables(&[("METRICS_ADDRESS", &url)]))?;
            check(&files, files.yaml(&format!("management: {{ address: '{url}' }}")))?;
        }
    }

    #[test]
    fn credentials_of_a_url_in_a_wrong_place_are_not_shown(secret in SECRET) {
        let files = Files::new();
        let url = format!("http://user:{secret}@gateway:9091");
        for variable in [
            "METRICS_ENABLED",
            "METRICS_ENDPOINT",
            "PROMETHEUS_PORT",
            "METRICS_PORT_RANGE",
            "METRICS_NAMESPACE",
            "METRICS_BUCKETS",
            "METRICS_PUSH_INTERVAL",
            "MASTER_KEY_FILE",
            "BASE_PATH",
            "PORT",
            "MANAGEMENT_ENV_SHOW",
            "MANAGEMENT_INFO_ENABLED",
        ] {
            check(&files, files.variables(&[(variable, &url)]))?;
            check(&files, files.dotenv(&format!("{variable}={url}")))?;
        }
    }
}
