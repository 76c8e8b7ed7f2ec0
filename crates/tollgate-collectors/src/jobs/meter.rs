//! Jobs that are measured.

use std::{
    borrow::Cow,
    future::Future,
    sync::{Arc, Once},
};

use metrics::Label;
use quanta::Clock;

use super::{
    Job, JobFuture, JobGuard, JobMetrics, JobsBuilder, ResultState, Running, StateOf,
    running::Listed,
    series::{JobNames, Naming, Series},
    slots::Slots,
    table::{Entry, Table},
};
use crate::destination::Destination;

/// Counts and times work in the background, and lists what runs.
///
/// | Metric | Type | Labels |
/// |---|---|---|
/// | `jobs_running` | gauge | kind, … |
/// | `jobs_started_total` | counter | kind, … |
/// | `jobs_retried_total` | counter | kind, … |
/// | `jobs_ended_total` | counter | kind, …, state |
/// | `job_queued_duration_seconds` | histogram | kind, … |
/// | `job_duration_seconds` | histogram | kind, …, state |
///
/// A job ends exactly once, however it does: see [`JobState`](crate::JobState). Kinds and labels are
/// bounded before any recorder sees them. Clones share everything. Once a kind has been met with its
/// labels, and ended so before, a job without an id allocates nothing.
///
/// A tower service whose requests are [`Job`]s is measured by a [`JobsLayer`](crate::JobsLayer).
///
/// # Examples
///
/// ```
/// use tollgate_collectors::{JobState, Jobs};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), std::io::Error> {
/// let jobs = Jobs::new();
/// jobs.run("import", async { Ok::<_, std::io::Error>(()) }).await?;
///
/// let export = jobs.start("export");
/// assert_eq!(jobs.running().count(), 1);
/// export.end(JobState::Warning);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Jobs {
    shared: Arc<Shared>,
}

/// What all clones share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) clock: Clock,
    pub(super) names: JobNames,
    pub(super) state_label: Cow<'static, str>,
    pub(super) table: Table<Series>,
    pub(super) running: Slots<Listed>,
    pub(super) destination: Destination,
    pub(super) described: Once,
}

impl Shared {
    pub(super) fn naming<'a>(&'a self, labels: &'a [Label]) -> Naming<'a> {
        Naming {
            names: &self.names,
            state_label: &self.state_label,
            destination: &self.destination,
            labels,
        }
    }

    fn register(&self, labels: &[Label]) -> Series {
        self.described.call_once(|| {
            self.destination
                .with(|recorder| self.names.describe(recorder));
        });
        Series::register(&self.naming(labels))
    }
}

impl Jobs {
    /// Jobs with the default names, and no labels but the kind.
    #[expect(
        clippy::new_without_default,
        reason = "each call creates jobs of their own"
    )]
    pub fn new() -> Self {
        JobsBuilder::default().build()
    }

    /// Starts to build jobs.
    pub fn builder() -> JobsBuilder {
        JobsBuilder::default()
    }

    /// Starts a job. It runs until the guard is told how it ended, or is dropped.
    pub fn start<J: Job + ?Sized>(&self, job: &J) -> JobGuard {
        let entry = self.entry(job);
        let naming = self.shared.naming(&entry.labels);
        entry.kept.start();
        if job.is_retry() {
            entry.kept.retry();
        }
        if let Some(time) = job.queued_for() {
            entry.kept.queued(time, &naming);
        }
        JobGuard::new(Arc::clone(&self.shared), entry, job.id().as_deref())
    }

    /// Starts a job that ends as `future` does: well with `Ok`, else failed.
    pub fn run<J, F, T, E>(&self, job: &J, future: F) -> JobFuture<F>
    where
        J: Job + ?Sized,
        F: Future<Output = Result<T, E>>,
    {
        self.run_with(job, future, ResultState)
    }

    /// Starts a job that ends as `state` says of what `future` returns.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_collectors::{JobState, Jobs};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let jobs = Jobs::new();
    /// let skipped = async { 3_usize };
    /// let state = |skipped: &usize| match skipped {
    ///     0 => JobState::Success,
    ///     _ => JobState::Warning,
    /// };
    /// jobs.run_with("import", skipped, state).await;
    /// # }
    /// ```
    pub fn run_with<J, F, C>(&self, job: &J, future: F, state: C) -> JobFuture<F, C>
    where
        J: Job + ?Sized,
        F: Future,
        C: StateOf<F::Output>,
    {
        JobFuture::new(future, self.start(job), state)
    }

    /// Metrics of the job's own, with the labels that its others have.
    pub fn metrics<J: Job + ?Sized>(&self, job: &J) -> JobMetrics {
        JobMetrics::new(Arc::clone(&self.shared), self.entry(job))
    }

    /// What runs now.
    pub fn running(&self) -> Running {
        Running::read(&self.shared.running, &self.shared.clock)
    }

    fn entry<J: Job + ?Sized>(&self, job: &J) -> Arc<Entry<Series>> {
        let shared = &self.shared;
        shared.table.entry(job, |labels| shared.register(labels))
    }
}

impl From<Shared> for Jobs {
    fn from(shared: Shared) -> Self {
        Self {
            shared: Arc::new(shared),
        }
    }
}
