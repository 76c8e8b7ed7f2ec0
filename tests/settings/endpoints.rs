//! Settings of management endpoints, whose ids the settings do not know beforehand.

use tollgate::management::InfoEndpoint;
use tollgate::management::{Access, ManagementBuilder, management_router};
use tollgate::{Settings, SettingsLoader, Tollgate};

use crate::{Files, refusal};

#[test]
fn every_switch_of_any_id_is_read_from_every_layer() {
    let files = Files::new();
    for (id, variable) in [
        ("all", "ALL"),
        ("worker", "WORKER"),
        ("read-only", "READ_ONLY"),
    ] {
        for aspect in ["enabled", "sensitive", "read_only"] {
            let name = format!("MANAGEMENT_{variable}_{}", aspect.to_ascii_uppercase());
            let prefixed = format!("SHOP_{name}");
            let yaml = format!("management:\n  {id}:\n    {aspect}: yes\n");
            let bare = || files.variables(&[]).prefix("SHOP");
            for (way, loader) in [
                ("shop.yaml:3", bare().file(files.write("shop.yaml", &yaml))),
                (&*name, bare().environment([(&name, "1")])),
                (&*prefixed, bare().environment([(&prefixed, "on")])),
                (
                    "shop.env:1",
                    bare().env_file(files.write("shop.env", &format!("{name}=true"))),
                ),
            ] {
                let shown = loader.load().unwrap().to_string();
                let key = format!("management.{}.{aspect} = true (", variable.to_lowercase());
                let line = shown.lines().find(|line| line.starts_with(&key));
                assert!(
                    line.is_some_and(|line| line.contains(way)),
                    "{way}: {shown}"
                );
            }
        }
    }
}

#[test]
fn stronger_layer_overrides_single_switches() {
    let files = Files::new();
    let yaml = "management:\n  address: 8081\n  \
                worker: { enabled: false, sensitive: true, read_only: yes }\n  info:\n";
    let settings = files.yaml(yaml).prefix("SHOP").environment([
        ("MANAGEMENT_WORKER_ENABLED", "true"),
        ("MANAGEMENT_WORKER_READ_ONLY", "true"),
        ("SHOP_MANAGEMENT_WORKER_READ_ONLY", "false"),
        ("MANAGEMENT_INFO_ENABLED", ""),
    ]);
    let json = settings.load().unwrap().to_json();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    for (aspect, value, origin) in [
        ("enabled", true, "variable MANAGEMENT_WORKER_ENABLED"),
        (
            "read_only",
            false,
            "variable SHOP_MANAGEMENT_WORKER_READ_ONLY",
        ),
    ] {
        let entry = &json[format!("management.worker.{aspect}")];
        assert_eq!(
            (&entry["value"], &entry["origin"]),
            (&value.into(), &origin.into())
        );
    }
    let sensitive = &json["management.worker.sensitive"];
    assert_eq!(sensitive["value"], true);
    assert!(
        sensitive["origin"]
            .as_str()
            .unwrap()
            .ends_with("shop.yaml:3")
    );
    assert!(
        json["management.info.enabled"].is_null(),
        "an empty one is not set"
    );
}

#[test]
fn wrong_endpoint_settings_are_reported_with_all_others() {
    let files = Files::new();
    let yaml = "management:\n  info: { enabeld: true }\n  loggers: on\n  \
                env: { enabled: maybe }\n  Env: { enabled: true }\n\
                management.info.enabled: true\n";
    let loader = files.yaml(yaml);
    let message = refusal(
        &files,
        loader.environment([("MANAGEMENT_ALL_READ_ONLY", "no way")]),
    );
    let lines: Vec<_> = message.lines().collect();
    let expected = [
        "shop.yaml:2: \"management.info.enabeld\" is not a setting: did you mean \
         management.info.enabled?",
        "shop.yaml:3: \"management.loggers\" is not a setting: did you mean management.address?",
        "shop.yaml:5: management.Env.enabled is there twice: write it once",
        "shop.yaml:6: has management.info.enabled in one word: write management: { info.enabled: \
         … }",
        "management.all.read_only: MANAGEMENT_ALL_READ_ONLY=\"no way\" is neither true nor false: \
         use true, 1, yes or on, or else false, 0, no or off, in any case",
        "management.env.enabled: \"maybe\" in shop.yaml:4 is neither true nor false: use true, 1, \
         yes or on, or else false, 0, no or off, in any case",
    ];
    assert_eq!(lines, expected);
}

/// Builds a suite with these management endpoints and the discovery.
#[track_caller]
fn build(
    endpoints: ManagementBuilder,
    settings: SettingsLoader,
) -> Result<Tollgate, tollgate::Error> {
    let settings: Settings = settings.load().unwrap();
    let suite = Tollgate::builder().management(endpoints);
    let address = "127.0.0.1:0".parse().unwrap();
    suite.management_address(address).settings(settings).build()
}

#[test]
fn unknown_id_is_reported_with_its_place_and_the_nearest_id() {
    let files = Files::new();
    let endpoints = || management_router().info(InfoEndpoint::new());
    let yaml = "management:\n  wrkr:\n    sensitive: true\n  discovery: { enabled: no }\n";
    let loader = files.yaml(yaml).environment([
        ("MANAGEMENT_INOF_ENABLED", "false"),
        ("MANAGEMENT_INFO_ENABLED", "false"),
        ("MANAGEMENT_ALL_ENABLED", "false"),
    ]);
    let error = build(endpoints(), loader).unwrap_err();
    let message = error
        .to_string()
        .replace(&format!("{}/", files.0.path().display()), "");
    let [inof, wrkr] = message.lines().collect::<Vec<_>>()[..] else {
        panic!("two lines: {message}");
    };
    assert_eq!(
        inof,
        "management.inof.enabled (variable MANAGEMENT_INOF_ENABLED): there is no endpoint \
         \"inof\": write \"info\" if that is meant"
    );
    assert!(
        wrkr.starts_with(
            "management.wrkr.sensitive (shop.yaml:3): there is no endpoint \"wrkr\": "
        ),
        "{wrkr}"
    );
}

#[test]
fn no_id_is_unknown_without_management_endpoints() {
    let files = Files::new();
    let settings = files.variables(&[("MANAGEMENT_INOF_ENABLED", "false")]);
    let suite = Tollgate::builder().settings(settings.load().unwrap());
    assert!(suite.build().is_ok());
}

#[test]
fn wrong_endpoints_are_reported_as_management_reports_them() {
    let files = Files::new();
    let settings = || files.variables(&[("MANAGEMENT_INFO_ENABLED", "false")]);
    let reserved = || management_router().info(InfoEndpoint::new().entry("build", 1));
    let told = reserved().build().unwrap_err();
    let error = build(reserved(), settings()).unwrap_err();
    assert_eq!(error.to_string(), told.to_string());

    let access = Access::new().enabled(false);
    let endpoints = || {
        management_router()
            .info(InfoEndpoint::new())
            .access("helth", access)
    };
    let told = endpoints().build().unwrap_err();
    assert!(
        told.to_string()
            .starts_with("there is no endpoint \"helth\": "),
        "{told}"
    );
    let error = build(endpoints(), settings()).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("there is no endpoint \"helth\": "),
        "{error}"
    );
}
