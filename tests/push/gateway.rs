//! A Pushgateway of a test's own, and the metrics that it holds.

use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::Value;
use tests::listening::Listening;
use tests::outside;
use tests::scrape::Scrape;

const DEADLINE: Duration = Duration::from_secs(30);

/// A real Pushgateway that is killed when dropped.
pub(crate) struct Gateway {
    url: String,
    credentials: Option<(&'static str, &'static str)>,
    _listening: Listening,
}

impl Gateway {
    /// Starts one on a free port. Returns none if none is installed.
    #[track_caller]
    pub(crate) fn start(options: &[&str]) -> Option<Self> {
        let mut gateway = outside::program(
            "prometheus-pushgateway",
            "apt-get install prometheus-pushgateway",
        )?;
        gateway.arg("--persistence.file=").args(options);
        let listening = Listening::start(gateway);
        Some(Self {
            url: format!("http://{}", listening.address()),
            credentials: None,
            _listening: listening,
        })
    }

    /// Sends these with all later requests.
    pub(crate) fn with_credentials(self, user: &'static str, password: &'static str) -> Self {
        Self {
            credentials: Some((user, password)),
            ..self
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The labels of each group that it holds, sorted.
    pub(crate) async fn groups(&self) -> Vec<Vec<(String, String)>> {
        self.groups_under("").await
    }

    pub(crate) async fn groups_under(&self, prefix: &str) -> Vec<Vec<(String, String)>> {
        let answer = self.get(&format!("{prefix}/api/v1/metrics")).await;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["status"], "success", "{answer}");
        let labels = |group: &Value| {
            let labels = group["labels"].as_object().unwrap();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            labels
                .iter()
                .map(|(name, value)| (name.clone(), text(value)))
                .collect()
        };
        answer["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(labels)
            .collect()
    }

    /// The metrics that Prometheus would scrape.
    pub(crate) async fn metrics(&self) -> Scrape {
        Scrape::new(self.get("/metrics").await)
    }

    /// Waits until its metrics meet the condition.
    pub(crate) async fn until(&self, condition: impl Fn(&Scrape) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let metrics = self.metrics().await;
            if condition(&metrics) {
                return;
            }
            assert!(Instant::now() < deadline, "{metrics:#?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until it holds `count` groups.
    pub(crate) async fn until_groups(&self, count: usize) {
        let deadline = Instant::now() + DEADLINE;
        while self.groups().await.len() != count {
            assert!(Instant::now() < deadline);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn get(&self, path: &str) -> String {
        let mut request = Client::new().get(format!("{}{path}", self.url));
        if let Some((user, password)) = self.credentials {
            request = request.basic_auth(user, Some(password));
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.text().await.unwrap()
    }
}
