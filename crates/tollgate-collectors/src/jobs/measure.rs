//! Measurement of jobs.

use std::{future::Future, sync::Arc};

use tollgate_families::Families;

use super::{
    future::JobFuture,
    guard::JobGuard,
    job::Job,
    kinds::Kinds,
    metrics::JobMetrics,
    running::{Running, RunningList},
    series::{JobMetric, JobSeries},
    state::{ResultState, StateOf},
};

/// Metrics of work in the background, and the list of the jobs that run.
///
/// | Metric | Type | Labels |
/// |---|---|---|
/// | `jobs_running` | gauge | kind, … |
/// | `jobs_started_total` | counter | kind, … |
/// | `jobs_retried_total` | counter | kind, … |
/// | `jobs_ended_total` | counter | kind, state, … |
/// | `job_queued_duration_seconds` | histogram | kind, … |
/// | `job_duration_seconds` | histogram | kind, state, … |
///
/// Every job ends exactly once, with a [`JobState`](crate::JobState). Kinds and labels are bounded
/// before any recorder sees them. Clones share everything. A job without an id allocates nothing once
/// its kind and labels are known and have ended with the same state.
///
/// A [`JobsLayer`](crate::JobsLayer) measures a tower service whose requests are [`Job`]s.
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
    pub(super) families: Arc<Families<JobMetric>>,
    pub(super) kinds: Arc<Kinds<JobSeries>>,
    pub(super) list: Arc<RunningList>,
}

impl Jobs {
    /// Starts a job, which runs until its guard is ended or dropped.
    pub fn start<J: Job + ?Sized>(&self, job: &J) -> JobGuard {
        let series = self.series(job);
        series.start();
        if job.is_retry() {
            series.retry();
        }
        if let Some(time) = job.queued_for() {
            series.queued(time);
        }
        JobGuard::new(Arc::clone(&self.list), series, job.id().as_deref())
    }

    /// Starts a job that ends with `future`: with success on `Ok`, as failed on `Err`.
    pub fn run<J, F, T, E>(&self, job: &J, future: F) -> JobFuture<F>
    where
        J: Job + ?Sized,
        F: Future<Output = Result<T, E>>,
    {
        self.run_with(job, future, ResultState)
    }

    /// Starts a job that ends with `future`, in the state that `state` returns for its output.
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

    /// Returns metrics of the job's own, under the labels of the job.
    pub fn metrics<J: Job + ?Sized>(&self, job: &J) -> JobMetrics {
        JobMetrics::new(self.series(job))
    }

    /// Returns the jobs that run now.
    pub fn running(&self) -> Running {
        self.list.read()
    }

    fn series<J: Job + ?Sized>(&self, job: &J) -> Arc<JobSeries> {
        let register = |labels| JobSeries::register(&self.families, labels);
        self.kinds.get(job, register)
    }
}
