//! A Prometheus server for one test.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::{Client, Url};
use serde_json::Value;
use tempfile::TempDir;

use crate::listening::Listening;

/// Time limit for a query to give the expected value.
const DEADLINE: Duration = Duration::from_mins(1);

/// A scrape job, and the key that it presents.
#[derive(Debug)]
pub struct Job {
    name: &'static str,
    key: &'static str,
    target: Option<String>,
}

impl Job {
    /// Creates a job that presents `key` as a bearer token.
    pub fn new(name: &'static str, key: &'static str) -> Self {
        Self {
            name,
            key,
            target: None,
        }
    }

    /// Scrapes this base URL instead of the server's.
    #[must_use]
    pub fn at(mut self, target: impl Into<String>) -> Self {
        self.target = Some(target.into());
        self
    }
}

/// A server with its own data directory; it is killed when dropped.
#[derive(Debug)]
pub struct Server {
    base: Url,
    client: Client,
    _listening: Listening,
    _directory: TempDir,
}

impl Server {
    /// Starts a server whose jobs scrape `target` unless they have one of their own, on a free port.
    ///
    /// # Panics
    ///
    /// If it does not start.
    #[track_caller]
    pub fn start(mut prometheus: Command, target: &str, jobs: &[Job]) -> Self {
        let directory = TempDir::new().unwrap();
        fs::write(
            directory.path().join("prometheus.yml"),
            config(target, jobs),
        )
        .unwrap();
        for job in jobs {
            fs::write(directory.path().join(job.name), job.key).unwrap();
        }
        prometheus
            .current_dir(&directory)
            .args(["--config.file=prometheus.yml", "--storage.tsdb.path=data"]);
        let listening = Listening::start(prometheus);
        let address = listening.address();
        Self {
            base: Url::parse(&format!("http://{address}/api/v1/")).unwrap(),
            client: Client::new(),
            _listening: listening,
            _directory: directory,
        }
    }

    /// Returns the value of an expression for one series, or `None` if it has no series now.
    ///
    /// # Panics
    ///
    /// If it has more than one series, or there is no answer.
    pub async fn value(&self, expression: &str) -> Option<f64> {
        let mut url = self.base.join("query").unwrap();
        url.query_pairs_mut().append_pair("query", expression);
        let data = self.data(url).await?;
        let series = data["result"].as_array().unwrap();
        assert!(series.len() <= 1, "{expression}: {data}");
        let value = series.first()?["value"][1].as_str().unwrap();
        Some(value.parse().unwrap())
    }

    /// Returns the value of every series that a job stored last, by its name and labels; without the
    /// labels and series of the server itself.
    ///
    /// # Panics
    ///
    /// If there is no answer.
    pub async fn stored(&self, job: &str) -> BTreeMap<String, String> {
        let mut url = self.base.join("query").unwrap();
        let query = format!("{{job={job:?}}}");
        url.query_pairs_mut().append_pair("query", &query);
        let data = self.data(url).await.unwrap_or_default();
        let series = data["result"].as_array().into_iter().flatten();
        let stored = series.map(|series| {
            let mut labels = series["metric"].as_object().unwrap().clone();
            let name = labels.remove("__name__").unwrap();
            labels.retain(|label, _| label != "job" && label != "instance");
            let labels = Value::from(labels).to_string();
            let name = name.as_str().unwrap();
            let value = series["value"][1].as_str().unwrap();
            (format!("{name}{labels}"), value.to_owned())
        });
        let is_own = |name: &str| name.starts_with("up{") || name.starts_with("scrape_");
        stored.filter(|(name, _)| !is_own(name)).collect()
    }

    /// Waits until an expression's value meets a condition.
    ///
    /// # Panics
    ///
    /// If it does not within a minute.
    pub async fn until(&self, expression: &str, condition: impl Fn(f64) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let value = self.value(expression).await;
            if value.is_some_and(&condition) {
                return;
            }
            assert!(Instant::now() < deadline, "{expression}: {value:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Returns the exemplars of the series that an expression selects.
    ///
    /// # Panics
    ///
    /// If there is no answer.
    pub async fn exemplars(&self, expression: &str) -> Value {
        let mut url = self.base.join("query_exemplars").unwrap();
        url.query_pairs_mut()
            .append_pair("query", expression)
            .append_pair("start", "0")
            .append_pair("end", "99999999999");
        self.data(url).await.unwrap()
    }

    /// Returns the server's view of the job's only target.
    ///
    /// # Panics
    ///
    /// If there is no answer, or no such job.
    pub async fn target(&self, job: &str) -> Value {
        let data = self.data(self.base.join("targets").unwrap()).await.unwrap();
        let targets = data["activeTargets"].as_array().unwrap();
        let target = targets.iter().find(|target| target["labels"]["job"] == job);
        target.unwrap().clone()
    }

    /// Returns the data of an API response, or `None` while the server is not ready.
    async fn data(&self, url: Url) -> Option<Value> {
        let response = self.client.get(url).send().await.unwrap();
        if response.status() == 503 {
            return None;
        }
        let mut answer: Value = response.json().await.unwrap();
        assert_eq!(answer["status"], "success", "{answer}");
        Some(answer["data"].take())
    }
}

fn config(target: &str, jobs: &[Job]) -> String {
    let mut config = String::from(
        "global: { scrape_interval: 500ms, scrape_timeout: 500ms }
scrape_configs:
",
    );
    for job in jobs {
        let (name, target) = (job.name, job.target.as_deref().unwrap_or(target));
        let target = target.trim_start_matches("http://");
        writeln!(
            config,
            "  - job_name: {name}
    authorization: {{ type: Bearer, credentials_file: {name} }}
    static_configs: [{{ targets: ['{target}'] }}]"
        )
        .unwrap();
    }
    config
}
