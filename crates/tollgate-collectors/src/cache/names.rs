//! What the metrics are called, and what they mean.

use crate::names::{Kind, Metric, Names};

/// A metric of a cache, by its place among [`METRICS`].
#[derive(Debug, Clone, Copy)]
pub(crate) enum CacheMetric {
    Gets,
    Hits,
    Misses,
    Fails,
    Inserts,
    Invalidations,
    Evictions,
    #[cfg(feature = "periodic")]
    Entries,
    #[cfg(feature = "periodic")]
    WeightedSize,
}

pub(crate) static METRICS: [Metric; 9] = [
    metric("cache_get_total", Kind::Counter, "Gets of a cache."),
    metric(
        "cache_get_hits_total",
        Kind::Counter,
        "Gets that found an entry.",
    ),
    metric(
        "cache_get_misses_total",
        Kind::Counter,
        "Gets that found no entry.",
    ),
    metric("cache_get_fail_total", Kind::Counter, "Gets that failed."),
    metric(
        "cache_inserts_total",
        Kind::Counter,
        "Entries inserted or replaced.",
    ),
    metric(
        "cache_invalidations_total",
        Kind::Counter,
        "Entries that the app took out.",
    ),
    metric(
        "cache_evictions_total",
        Kind::Counter,
        "Entries that the cache took out, by why.",
    ),
    metric("cache_entries", Kind::Gauge, "Entries of a cache."),
    metric(
        "cache_weighted_size",
        Kind::Gauge,
        "What the entries of a cache weigh together.",
    ),
];

pub(crate) type CacheNames = Names<9>;

const fn metric(name: &'static str, kind: Kind, help: &'static str) -> Metric {
    Metric { name, kind, help }
}
