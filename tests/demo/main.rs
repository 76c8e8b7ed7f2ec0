//! The demo, as its page and the README describe it, and its metrics.

#![allow(clippy::float_cmp, reason = "counts are exact in an f64")]

mod access;
mod collected;
mod management;
mod outcomes;
mod routes;
mod start;

use std::time::{Duration, Instant};

use reqwest::header::AUTHORIZATION;
use reqwest::{Client, Method, RequestBuilder, Response};
use tests::example::{Running, demo};
use tests::scrape::Scrape;

const KEY: &str = "correct-horse-battery";

/// Running demo with [`KEY`], and its client.
struct Demo {
    running: Running,
    client: Client,
}

impl Demo {
    #[track_caller]
    fn start() -> Self {
        Self::start_with(&[])
    }

    #[track_caller]
    fn start_with(variables: &[(&str, &str)]) -> Self {
        let variables = [&[("MASTER_KEY", KEY)], variables].concat();
        Self {
            running: demo(module_path!(), &variables),
            client: Client::new(),
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.running.url(path))
    }

    async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    async fn scrape(&self) -> Scrape {
        let request = self.request(Method::GET, "/metrics");
        let request = request.header(AUTHORIZATION, format!("Bearer {KEY}"));
        let response = request.send().await.unwrap().error_for_status().unwrap();
        Scrape::new(response.text().await.unwrap())
    }

    /// Scrapes until the condition holds: the server notices some ends later than its client.
    async fn scrape_until(&self, condition: impl Fn(&Scrape) -> bool) -> Scrape {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let scrape = self.scrape().await;
            if condition(&scrape) {
                return scrape;
            }
            assert!(Instant::now() < deadline, "not in time: {scrape:#?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
