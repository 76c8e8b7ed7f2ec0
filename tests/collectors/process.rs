//! Metrics of the operating system about this process.

#![cfg(target_os = "linux")]

use std::{
    fs::{self, File},
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use tests::{ledger::Ledger, outside, scrape::Scrape};
use tollgate_collectors::{ScrapeHooks, process};
use tollgate_recorder::RecorderBuilder;

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

/// A limit is exposed where there is one.
#[track_caller]
fn assert_limits(scrape: &Scrape) {
    for (name, limit) in [
        ("process_max_fds", "Max open files"),
        ("process_virtual_memory_max_bytes", "Max address space"),
    ] {
        let limits = fs::read_to_string("/proc/self/limits").unwrap();
        let limit = limits.lines().find_map(|line| line.strip_prefix(limit));
        let limit = limit.unwrap().split_whitespace().next().unwrap();
        let limit: Option<f64> = limit.parse().ok();
        assert_eq!(scrape.values(name, &[]), Vec::from_iter(limit), "{name}");
    }
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
    assert_limits(&scrape);
    if let Some(mut prlimit) = outside::program("prlimit", "apt-get install util-linux") {
        let process = std::process::id();
        prlimit.args([&format!("--pid={process}"), "--as=70368744177664:"]);
        assert!(prlimit.status().unwrap().success());
        assert_limits(&collected(&hooks, &ledger).await);
    }

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
    // A limit that is not set has no metric.
    let own: Vec<&String> = families
        .iter()
        .filter(|family| family.starts_with("process_") && !family.contains("_max_"))
        .collect();
    assert_eq!(
        own,
        [
            "process_cpu_seconds_total counter",
            "process_open_fds gauge",
            "process_resident_memory_bytes gauge",
            "process_start_time_seconds gauge",
            "process_threads gauge",
            "process_virtual_memory_bytes gauge",
        ]
    );
}

#[tokio::test]
async fn cpu_time_has_fractions() {
    let (recorder, handle) = RecorderBuilder::new().build().unwrap();
    let hooks = ScrapeHooks::new()
        .recorder(Arc::new(recorder))
        .hook_timeout(NEVER)
        .hook("process", process());
    let mut seen = Vec::new();
    while seen.len() < 3 {
        hooks.run().await;
        let cpu = Scrape::new(handle.render()).values("process_cpu_seconds_total", &[])[0];
        // The kernel counts hundredths.
        assert_eq!((cpu * 100.0).round() / 100.0, cpu);
        if cpu.fract() > 0.0 && seen.last() != Some(&cpu) {
            seen.push(cpu);
        }
    }
    assert!(seen.is_sorted(), "{seen:?}");
}
