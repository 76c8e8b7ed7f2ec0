//! Properties in force, and their masks.

use axum::Router;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use tollgate_management::{Access, ManagementBuilder, PropertySource, management_router};

use crate::ask;

/// Returns a file, and weaker defaults.
fn shop() -> [PropertySource; 2] {
    let file = PropertySource::new("/etc/shop.toml")
        .property("cart.size", 20)
        .origin("cart.size", "/etc/shop.toml:7")
        .secret("bank.password");
    let defaults = PropertySource::new("defaults")
        .property("cart.size", 10)
        .property("bank.password", "swordfish")
        .property("colours", ["red", "blue"].as_slice());
    [file, defaults]
}

/// Returns a router that is open to all callers.
fn open(builder: ManagementBuilder) -> Router {
    let access = Access::new().sensitive(false);
    builder.access("env", access).build().unwrap()
}

fn serving<const N: usize>(sources: [PropertySource; N]) -> Router {
    open(management_router().environment(sources))
}

async fn json(router: &Router, path: &str) -> (StatusCode, Value) {
    let answer = ask(router, Method::GET, path, None).await;
    (answer.status, serde_json::from_str(&answer.body).unwrap())
}

#[tokio::test]
async fn source_name_that_is_not_text_is_refused_as_json() {
    let (status, problem) = json(&serving(shop()), "/env/%FF").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(problem["error"], "bad_request");
}

#[tokio::test]
async fn sources_are_masked_and_in_order_of_strength() {
    let file = json!({
        "name": "/etc/shop.toml",
        "order": 1,
        "convention": "JAVA_PROPERTIES",
        "properties": { "bank.password": "*****", "cart.size": "*****" },
        "origins": { "cart.size": "/etc/shop.toml:7" },
    });
    let defaults = json!({
        "name": "defaults",
        "order": 0,
        "convention": "JAVA_PROPERTIES",
        "properties": { "bank.password": "*****", "cart.size": "*****", "colours": "*****" },
    });
    let router = serving(shop());
    let all = json!({
        "activeEnvironments": [],
        "packages": [],
        "propertySources": [file, defaults],
    });
    assert_eq!(json(&router, "/env").await, (StatusCode::OK, all));
    for (path, source) in [
        ("/env/defaults", defaults),
        ("/env/%2Fetc%2Fshop.toml", file),
    ] {
        assert_eq!(
            json(&router, path).await,
            (StatusCode::OK, source),
            "{path}"
        );
    }
}

#[tokio::test]
async fn unknown_source_is_refused_with_the_known_ones() {
    let router = serving(shop());
    for path in ["/env/default", "/env/%2Fetc", "/env/%22%3Cscript%3E"] {
        let (status, problem) = json(&router, path).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(problem["error"], "not_found");
        let message = problem["message"].as_str().unwrap();
        assert!(
            message.ends_with(", but /etc/shop.toml, defaults"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn names_to_show_are_shown_unless_they_are_secret() {
    for name in ["cart.size", "CART_SIZE", "Cart-Size"] {
        let names = [name, "bank.password", "nothing.such"];
        let router = management_router().environment(shop());
        let router = open(router.show_properties(names));
        let (_, all) = json(&router, "/env").await;
        let sources = all["propertySources"].as_array().unwrap();
        let file = json!({ "bank.password": "*****", "cart.size": 20 });
        assert_eq!(sources[0]["properties"], file, "{name}");
        let defaults = json!({ "bank.password": "*****", "cart.size": 10, "colours": "*****" });
        assert_eq!(sources[1]["properties"], defaults, "{name}");
    }
}

#[tokio::test]
async fn later_sources_are_weaker_and_their_names_to_show_win() {
    let later = PropertySource::new("later").property("cart.size", 5);
    let router = open(
        management_router()
            .environment(shop())
            .show_properties(["cart.size"])
            .environment([later])
            .show_properties(["colours"]),
    );
    let (_, all) = json(&router, "/env").await;
    let sources = all["propertySources"].as_array().unwrap();
    let names: Vec<_> = sources
        .iter()
        .map(|source| source["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["/etc/shop.toml", "defaults", "later"]);
    assert_eq!(sources[1]["properties"]["colours"], json!(["red", "blue"]));
    assert_eq!(sources[1]["properties"]["cart.size"], "*****");
}

#[tokio::test]
async fn environment_without_keys_is_closed_and_names_the_setting_that_opens_it() {
    let router = management_router().environment(shop()).build().unwrap();
    for path in ["/env", "/env/defaults", "/env/nowhere"] {
        let (status, problem) = json(&router, path).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
        let message = problem["message"].as_str().unwrap();
        assert!(
            message.contains("management.env.sensitive to false"),
            "{message}"
        );
    }
    let (_, discovered) = json(&router, "/").await;
    assert!(discovered["_links"]["env"].is_null(), "{discovered}");
    let (_, discovered) = json(&serving(shop()), "/").await;
    let source = json!({ "href": "/env/{source}", "templated": true });
    assert_eq!(discovered["_links"]["env-source"], source);
}
