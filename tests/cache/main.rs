//! Caches, whose metrics account for every get and every entry.

use std::{
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant},
};

use futures_util::{FutureExt, future};
use tests::{ledger::Ledger, panics};
use tollgate_collectors::{
    Builder, Collector, ScrapeHooks,
    cache::{CacheLabel, CacheMetrics, MeteredCache},
};

/// Counters of the cache, by the distinct part of their names.
#[track_caller]
fn counted<const N: usize>(ledger: &Ledger, names: [&str; N]) -> [u64; N] {
    let scrape = ledger.scrape();
    names.map(|name| {
        let sum = scrape.sum(&format!("cache_{name}_total"), &[("cache", "users")]);
        sum.to_string().parse().unwrap()
    })
}

/// Gets, hits, misses and fails.
#[track_caller]
fn gets(ledger: &Ledger) -> [u64; 4] {
    counted(ledger, ["get", "get_hits", "get_misses", "get_fail"])
}

/// Inserts, invalidations and evictions.
#[track_caller]
fn entries(ledger: &Ledger) -> [u64; 3] {
    counted(ledger, ["inserts", "invalidations", "evictions"])
}

fn builder(ledger: &Ledger) -> Builder<CacheMetrics> {
    CacheMetrics::builder("users").recorder(ledger.recorder())
}

fn metrics() -> (CacheMetrics, Ledger) {
    let ledger = Ledger::new();
    (builder(&ledger).build().unwrap(), ledger)
}

fn cache(capacity: u64) -> (MeteredCache<moka::sync::Cache<u64, u64>>, Ledger) {
    let (metrics, ledger) = metrics();
    let builder = moka::sync::Cache::builder().max_capacity(capacity);
    (MeteredCache::sync(builder, metrics), ledger)
}

fn future_cache(capacity: u64) -> (MeteredCache<moka::future::Cache<u64, u64>>, Ledger) {
    let (metrics, ledger) = metrics();
    let builder = moka::future::Cache::builder().max_capacity(capacity);
    (MeteredCache::future(builder, metrics), ledger)
}

#[test]
fn each_get_is_a_hit_a_miss_or_a_fail() {
    let (cache, ledger) = cache(100);
    assert_eq!(cache.get(&1), None);
    assert_eq!(gets(&ledger), [1, 0, 1, 0]);
    assert_eq!(cache.get_with(1, || 10), 10);
    assert_eq!(cache.get_with(1, || 11), 10);
    assert_eq!(cache.get(&1), Some(10));
    assert_eq!(gets(&ledger), [4, 2, 2, 0]);
    assert_eq!(
        cache
            .try_get_with(2, || Err::<u64, _>("down"))
            .unwrap_err()
            .as_ref(),
        &"down"
    );
    assert_eq!(cache.try_get_with(2, || Ok::<_, &str>(20)), Ok(20));
    assert_eq!(cache.try_get_with(2, || Err::<u64, _>("down")), Ok(20));
    assert_eq!(gets(&ledger), [7, 3, 3, 1]);
    panics::caught(|| {
        cache.get_with(3, || panic!("while loading"));
    });
    assert_eq!(gets(&ledger), [8, 3, 3, 2]);
    assert_eq!(entries(&ledger), [2, 0, 0]);
}

#[test]
fn removals_are_counted_by_cause() {
    let evicted = |ledger: &Ledger, cause| {
        let labels = [("cache", "users"), ("cause", cause)];
        let sum = ledger.scrape().sum("cache_evictions_total", &labels);
        sum.to_string().parse::<u64>().unwrap()
    };
    let (by_size, ledger) = cache(10);
    by_size.insert(1, 1);
    by_size.insert(1, 2);
    by_size.invalidate(&1);
    by_size.invalidate(&1);
    assert_eq!(entries(&ledger), [2, 1, 0]);
    for key in 0..100 {
        by_size.insert(key, key);
    }
    by_size.inner().run_pending_tasks();
    assert_eq!(entries(&ledger), [102, 1, 90]);
    assert_eq!(evicted(&ledger, "size"), 90);
    by_size.invalidate_all();
    by_size.inner().run_pending_tasks();
    assert_eq!(entries(&ledger), [102, 11, 90]);

    let (metrics, ledger) = metrics();
    let builder = moka::sync::Cache::builder().time_to_live(Duration::from_millis(1));
    let by_age = MeteredCache::sync(builder, metrics);
    by_age.insert(1, 1);
    let deadline = Instant::now() + Duration::from_mins(1);
    while evicted(&ledger, "expired") == 0 {
        assert!(Instant::now() < deadline);
        thread::sleep(Duration::from_millis(1));
        by_age.inner().run_pending_tasks();
    }
    assert_eq!(entries(&ledger), [1, 0, 1]);
}

#[test]
fn gets_of_two_threads_are_all_counted() {
    const ROUNDS: u64 = 20_000;
    let (cache, ledger) = cache(64);
    let start = Arc::new(Barrier::new(2));
    let threads = [0, 1].map(|thread| {
        let (cache, start) = (cache.clone(), Arc::clone(&start));
        thread::spawn(move || {
            start.wait();
            let mut hits = 0;
            let mut loads = 0;
            for round in 0..ROUNDS {
                let key = (round * 7 + thread) % 128;
                hits += u64::from(cache.get(&key).is_some());
                cache.get_with(key, || {
                    loads += 1;
                    key
                });
            }
            (hits, loads)
        })
    });
    let [first, second] = threads.map(|thread| thread.join().unwrap());
    let (hits, loads) = (first.0 + second.0, first.1 + second.1);
    cache.inner().run_pending_tasks();
    let loaded = ROUNDS * 2 - loads;
    let misses = ROUNDS * 2 - hits + loads;
    assert_eq!(gets(&ledger), [ROUNDS * 4, hits + loaded, misses, 0]);
    let left = cache.inner().entry_count();
    assert_eq!(entries(&ledger), [loads, 0, loads - left]);
}

#[tokio::test]
async fn tasks_are_counted_like_threads() {
    let (cache, ledger) = future_cache(100);
    assert_eq!(cache.get(&1).await, None);
    assert_eq!(cache.get_with(1, async { 10 }).await, 10);
    assert_eq!(cache.get_with(1, async { 11 }).await, 10);
    let failed = cache.try_get_with(2, async { Err::<u64, _>("down") }).await;
    assert_eq!(failed.unwrap_err().as_ref(), &"down");
    assert_eq!(
        cache.try_get_with(2, async { Ok::<_, &str>(20) }).await,
        Ok(20)
    );
    assert_eq!(gets(&ledger), [5, 1, 3, 1]);
    cache.insert(3, 30).await;
    cache.invalidate(&3).await;
    assert_eq!(entries(&ledger), [3, 1, 0]);
    cache.invalidate_all();
    cache.inner().run_pending_tasks().await;
    assert_eq!(entries(&ledger), [3, 3, 0]);
}

#[tokio::test]
async fn a_dropped_load_is_a_fail_and_the_waiting_get_loads_itself() {
    let (cache, ledger) = future_cache(100);
    let mut dropped = Box::pin(cache.get_with(1, future::pending()));
    assert_eq!(dropped.as_mut().now_or_never(), None);
    let mut waiting = Box::pin(cache.get_with(1, async { 10 }));
    assert_eq!(waiting.as_mut().now_or_never(), None);
    assert_eq!(gets(&ledger), [0, 0, 0, 0]);
    drop(dropped);
    assert_eq!(gets(&ledger), [1, 0, 0, 1]);
    assert_eq!(waiting.await, 10);
    assert_eq!(gets(&ledger), [2, 0, 1, 1]);
}

#[tokio::test]
async fn sizes_are_collected_at_a_scrape() {
    async fn collected(collector: impl Collector, ledger: &Ledger) -> [String; 2] {
        let hooks = ScrapeHooks::new().recorder(ledger.recorder());
        hooks
            .hook_timeout(Duration::from_mins(1))
            .hook("users", collector)
            .run()
            .await;
        let scrape = ledger.scrape();
        ["cache_entries", "cache_weighted_size"]
            .map(|name| scrape.sum(name, &[("cache", "users")]).to_string())
    }

    let (metrics, ledger) = metrics();
    let builder =
        moka::sync::Cache::builder().weigher(|_, value: &u64| u32::try_from(*value).unwrap());
    let cache = MeteredCache::sync(builder, metrics);
    cache.insert(1, 30);
    cache.insert(2, 12);
    assert_eq!(collected(cache.sizes(), &ledger).await, ["2", "42"]);
    cache.invalidate(&1);
    assert_eq!(collected(cache.sizes(), &ledger).await, ["1", "12"]);

    let (cache, ledger) = future_cache(10);
    for key in 0..20 {
        cache.insert(key, key).await;
    }
    assert_eq!(collected(cache.sizes(), &ledger).await, ["10", "10"]);
}

#[test]
fn a_namespace_goes_before_each_name() {
    let ledger = Ledger::new();
    let metrics = builder(&ledger).namespace("django").build().unwrap();
    metrics.hit();
    let hits = ledger
        .scrape()
        .sum("django_cache_get_hits_total", &[("cache", "users")]);
    assert_eq!(hits.to_string(), "1");
}

#[test]
fn clones_count_together() {
    let (metrics, ledger) = metrics();
    metrics.clone().hit();
    metrics.hit();
    assert_eq!(gets(&ledger), [2, 2, 0, 0]);
}

#[test]
fn names_that_prometheus_refuses_are_refused() {
    let refused = |builder: Builder<CacheMetrics>| builder.build().unwrap_err().to_string();
    let builder = || CacheMetrics::builder("users");
    assert!(refused(builder().namespace("my app")).contains("my app_cache_get_total"));
    assert!(refused(builder().constant_label("cache", "x")).contains("two labels"));
    assert!(refused(builder().rename_label(CacheLabel::Cache, "le")).contains("le"));
}

#[test]
fn any_cache_can_be_counted_by_hand() {
    let (metrics, ledger) = metrics();
    metrics.hit();
    metrics.miss();
    metrics.fail();
    metrics.insert();
    metrics.invalidate();
    metrics.evict();
    metrics.expire();
    assert_eq!(gets(&ledger), [3, 1, 1, 1]);
    assert_eq!(entries(&ledger), [1, 1, 2]);
    assert_eq!(
        ledger.families(),
        [
            "cache_evictions_total counter",
            "cache_get_fail_total counter",
            "cache_get_hits_total counter",
            "cache_get_misses_total counter",
            "cache_get_total counter",
            "cache_inserts_total counter",
            "cache_invalidations_total counter",
        ]
    );
}
