//! Metrics of the operating system about this process.

#![cfg(target_os = "linux")]

use std::{
    fs::{self, File},
    time::{SystemTime, UNIX_EPOCH},
};

use tests::{ledger::Ledger, scrape::Scrape};
use tollgate_collectors::{ScrapeHooks, process};

use crate::NEVER;

async fn collected(hooks: &ScrapeHooks, ledger: &Ledger) -> Scrape {
    hooks.run().await;
    ledger.scrape()
}

#[track_caller]
fn value(scrape: &Scrape, name: &str) -> f64 {
    let values = scrape.values(name, &[]);
    assert_eq!(values.len(), 1, "{name}");
    values[0]
}

#[tokio::test]
async fn the_process_is_measured() {
    let ledger = Ledger::new();
    let hooks = ScrapeHooks::new()
        .recorder(ledger.recorder())
        .hook_timeout(NEVER)
        .hook("process", process());

    let scrape = collected(&hooks, &ledger).await;

    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let age = now.as_secs_f64() - value(&scrape, "process_start_time_seconds");
    // The system's clock counts whole seconds and ticks from its start.
    assert!((-5.0..86_400.0).contains(&age), "{age}");
    let resident = value(&scrape, "process_resident_memory_bytes");
    assert!(resident > 1_000_000.0, "{resident}");
    assert!(value(&scrape, "process_virtual_memory_bytes") > resident);
    assert!(value(&scrape, "process_threads") >= 2.0);
    assert!(value(&scrape, "process_cpu_seconds_total") >= 0.0);
    assert!(value(&scrape, "process_virtual_memory_max_bytes") >= 0.0);
    let limits = fs::read_to_string("/proc/self/limits").unwrap();
    let limit = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let limit = limit.unwrap().split_whitespace().nth(3).unwrap();
    let max: f64 = limit.parse().unwrap_or(0.0);
    assert_eq!(value(&scrape, "process_max_fds"), max);

    // Other tests of this process open and close a few files too.
    let open = value(&scrape, "process_open_fds");
    let files: Vec<File> = (0..200)
        .map(|_| File::open("/proc/self/stat").unwrap())
        .collect();
    let more = value(&collected(&hooks, &ledger).await, "process_open_fds") - open;
    assert!((100.0..300.0).contains(&more), "{more}");
    drop(files);
}

#[tokio::test]
async fn all_metrics_are_described() {
    let ledger = Ledger::new();
    let hooks = ScrapeHooks::new()
        .recorder(ledger.recorder())
        .hook_timeout(NEVER)
        .hook("process", process());
    hooks.run().await;
    let families: Vec<String> = ledger.families();
    let own: Vec<&String> = families
        .iter()
        .filter(|family| family.starts_with("process_"))
        .collect();
    assert_eq!(
        own,
        [
            "process_cpu_seconds_total counter",
            "process_max_fds gauge",
            "process_open_fds gauge",
            "process_resident_memory_bytes gauge",
            "process_start_time_seconds gauge",
            "process_threads gauge",
            "process_virtual_memory_bytes gauge",
            "process_virtual_memory_max_bytes gauge",
        ]
    );
}
