//! The demo, from every format.

use reqwest::Client;
use tests::{
    example::{Running, demo},
    outside,
    prometheus::Server,
    scrape::Scrape,
};

use crate::{jobs, names, until_stored};

const KEY: &str = "correct-horse-battery";

const SETTINGS: [(&str, &str); 4] = [
    ("MASTER_KEY", KEY),
    ("METRICS_DB", "true"),
    ("METRICS_BODY_SIZES", "true"),
    ("METRICS_EXEMPLARS", "true"),
];

async fn text(demo: &Running) -> Scrape {
    let scrape = Client::new().get(demo.url("/metrics")).bearer_auth(KEY);
    let response = scrape.send().await.unwrap().error_for_status().unwrap();
    Scrape::new(response.text().await.unwrap())
}

#[tokio::test]
async fn stored_names_equal_text_names_for_every_family_of_the_demo() {
    let Some(prometheus) = outside::program("prometheus", "apt-get install prometheus") else {
        return;
    };
    let demo = demo(module_path!(), &SETTINGS);
    for path in [
        "/users/1",
        "/orders/1",
        "/slow?ms=1",
        "/stream?chunks=2&ms=1",
        "/fail",
        "/panic",
        "/metrics",
        "/no/such/path",
    ] {
        let response = Client::new().get(demo.url(path)).send().await.unwrap();
        response.bytes().await.unwrap();
    }
    // Each format's scrape is counted under its own code only after it.
    text(&demo).await;
    let server = Server::start(prometheus, demo.base(), &jobs(demo.base(), KEY).await);
    until_stored(&server, |stored| {
        let is_stored = (!stored.is_empty()).then_some(());
        is_stored.ok_or_else(|| "nothing is stored".to_owned())
    })
    .await;
    let scrape = text(&demo).await;
    let expected = names(scrape.samples());
    assert!(expected.len() > 40, "{expected:?}");
    until_stored(&server, |stored| {
        let stored = names(stored.keys().map(String::as_str));
        if stored == expected {
            return Ok(());
        }
        let differing = stored.symmetric_difference(&expected);
        Err(format!("{:?}", differing.collect::<Vec<_>>()))
    })
    .await;
}
