//! Exemplars: observations with a label of their origin, such as a trace id.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use metrics::Label;
use tollgate_exposition::{Exemplar, Kind, label_pairs};

use crate::labels;

/// The source of an exemplar's labels.
#[derive(Clone)]
pub(crate) struct Source(pub(crate) Arc<dyn Fn() -> Option<Vec<Label>> + Send + Sync>);

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source")
    }
}

/// The settings of a recorder's exemplars.
#[derive(Clone, Debug)]
pub(crate) struct Sampling {
    /// Without a source there are no exemplars.
    pub(crate) source: Option<Source>,
    pub(crate) interval: Duration,
}

/// The exemplars of one series.
#[derive(Debug)]
pub(crate) struct Exemplars {
    source: Source,
    interval: Duration,
    began: Instant,
    buckets: Box<[Bucket]>,
}

#[derive(Debug, Default)]
struct Bucket {
    /// The nanosecond since the beginning until which no new exemplar is taken.
    due: AtomicU64,
    /// Boxed, since most buckets of most series never have one.
    latest: Mutex<Option<Box<Exemplar>>>,
}

impl Exemplars {
    /// Creates the exemplars of a series, unless there is no source of them.
    pub(crate) fn new(sampling: &Sampling, buckets: usize) -> Option<Self> {
        Some(Self {
            source: sampling.source.clone()?,
            interval: sampling.interval,
            began: Instant::now(),
            buckets: (0..buckets).map(|_| Bucket::default()).collect(),
        })
    }

    /// Keeps an observation if its bucket is due, it is finite, and the source has labels for it.
    pub(crate) fn offer(&self, bucket: usize, value: f64) {
        let now = nanoseconds(self.began.elapsed());
        let due = self.buckets[bucket].due.load(Ordering::Relaxed);
        if now >= due && value.is_finite() {
            self.take(&self.buckets[bucket], value, due, now);
        }
    }

    #[cold]
    fn take(&self, bucket: &Bucket, value: f64, due: u64, now: u64) {
        // Of several threads that find a bucket due at once, one asks. Metrics that the source
        // records find none due.
        let claim =
            bucket
                .due
                .compare_exchange(due, u64::MAX, Ordering::Relaxed, Ordering::Relaxed);
        if claim.is_err() {
            return;
        }
        if let Some(labels) = self.source.0().and_then(|labels| text(&labels)) {
            let exemplar = Exemplar {
                labels,
                value,
                at: SystemTime::now(),
            };
            *bucket.latest() = Some(Box::new(exemplar));
        }
        let next = now.saturating_add(nanoseconds(self.interval));
        bucket.due.store(next, Ordering::Relaxed);
    }

    pub(crate) fn latest(&self) -> Vec<(usize, Exemplar)> {
        let buckets = self.buckets.iter().enumerate();
        buckets
            .filter_map(|(index, bucket)| Some((index, bucket.latest().as_deref()?.clone())))
            .collect()
    }

    pub(crate) fn clear(&self) {
        for bucket in &self.buckets {
            *bucket.latest() = None;
            bucket.due.store(0, Ordering::Relaxed);
        }
    }
}

impl Bucket {
    fn latest(&self) -> MutexGuard<'_, Option<Box<Exemplar>>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the labels as text, unless there are none or they are too long.
fn text(labels: &[Label]) -> Option<Arc<str>> {
    const LIMIT: usize = 128;
    let key = metrics::Key::from_parts("", labels.iter());
    let text = labels::text(&key, &[], Kind::Gauge);
    let len: usize = label_pairs(&text)
        .map(|(name, value)| name.len() + value.chars().count())
        .sum();
    (1..=LIMIT).contains(&len).then(|| text.into())
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc, OnceLock, Weak,
            atomic::{AtomicUsize, Ordering},
        },
        time::Duration,
    };

    use metrics::Label;

    use super::{Exemplars, Sampling, Source};

    fn sampling(
        interval: Duration,
        source: impl Fn() -> Option<Vec<Label>> + Send + Sync + 'static,
    ) -> Sampling {
        Sampling {
            source: Some(Source(Arc::new(source))),
            interval,
        }
    }

    fn exemplars(interval: Duration, len: usize) -> Exemplars {
        let asked = AtomicUsize::new(0);
        let source = move || {
            let asked = asked.fetch_add(1, Ordering::Relaxed);
            (asked > 0).then(|| vec![Label::new("id", "ä".repeat(len))])
        };
        Exemplars::new(&sampling(interval, source), 2).unwrap()
    }

    #[test]
    fn source_is_asked_once_per_bucket_and_interval() {
        let exemplars = exemplars(Duration::MAX, 3);
        // The source has no labels for the first value.
        for value in [1.0, 2.0, 3.0] {
            exemplars.offer(1, value);
        }
        assert_eq!(exemplars.latest(), []);
        for value in [0.5, 0.25] {
            exemplars.offer(0, value);
        }
        let latest = exemplars.latest();
        assert_eq!(latest.len(), 1);
        assert_eq!(
            (latest[0].0, latest[0].1.value, &*latest[0].1.labels),
            (0, 0.5, r#"id="äää""#)
        );
    }

    #[test]
    fn source_may_record_into_the_histogram_that_asks() {
        let asking = Arc::new(OnceLock::<Weak<Exemplars>>::new());
        let known = Arc::clone(&asking);
        let source = move || {
            known.get()?.upgrade()?.offer(0, 2.0);
            Some(vec![Label::new("id", "a")])
        };
        let exemplars = Exemplars::new(&sampling(Duration::ZERO, source), 1);
        let exemplars = Arc::new(exemplars.unwrap());
        asking.set(Arc::downgrade(&exemplars)).unwrap();
        exemplars.offer(0, 1.0);
        assert_eq!(exemplars.latest()[0].1.value.to_string(), "1");
    }

    #[test]
    fn next_exemplar_is_taken_after_the_interval_or_a_reset() {
        let exemplars = exemplars(Duration::ZERO, 3);
        for value in [1.0, 2.0, 3.0, f64::NAN] {
            exemplars.offer(0, value);
        }
        assert_eq!(exemplars.latest()[0].1.value.to_string(), "3");
        exemplars.clear();
        assert_eq!(exemplars.latest(), []);
    }

    #[test]
    fn exemplar_with_too_long_labels_is_dropped() {
        for (len, taken) in [(0, 0), (1, 1), (126, 1), (127, 0)] {
            let exemplars = exemplars(Duration::ZERO, len);
            exemplars.offer(0, 1.0);
            exemplars.offer(0, 1.0);
            assert_eq!(exemplars.latest().len(), taken, "{len}");
        }
    }
}
