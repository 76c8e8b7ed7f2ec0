//! Measurement of jobs.

use std::{future::Future, sync::Arc};

use metrics::{Counter, Gauge, Histogram};
use tollgate_families::{BuildError, Families, Names, family_setters};

use super::{
    bounds::WorkBounds,
    future::JobFuture,
    guard::JobGuard,
    job::Job,
    kinds::Kinds,
    list::RunningList,
    running::RunningJob,
    series::{JobLabel, JobMetric, JobSeries},
    state::{JobState, ResultState},
};
use crate::builder::{Builder, Measured};

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
/// As a tower layer, it measures every request of a service whose requests are [`Job`]s. See also
/// [`layer_with`](Self::layer_with).
///
/// [`counter`](Self::counter), [`gauge`](Self::gauge) and [`histogram`](Self::histogram) register
/// metrics of a job's own, under the labels of the job. Each call registers the series anew: keep the
/// handle where it is used often. Names are literals, so that there is a bounded number of them. The
/// namespace does not go before them.
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
/// assert_eq!(jobs.running_count(), 1);
/// jobs.counter("export", "export_rows_total").increment(20);
/// export.end(JobState::Warning);
/// # Ok(())
/// # }
/// ```
///
/// The names that Coder uses:
///
/// ```
/// use tollgate_collectors::{BuildError, JobLabel, JobMetric, Jobs};
///
/// let provisioning = Jobs::builder()
///     .namespace("coderd_provisionerd")
///     .rename(JobMetric::Running, "jobs_current")
///     .rename(JobMetric::Duration, "job_timings_seconds")
///     .rename_label(JobLabel::Kind, "provisioner")
///     .rename_label(JobLabel::State, "status")
///     .build()?;
/// # Ok::<(), BuildError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Jobs {
    families: Arc<Families<JobMetric>>,
    kinds: Arc<Kinds<JobSeries>>,
    list: Arc<RunningList>,
}

impl Jobs {
    /// Returns jobs with the default names, and no labels but the kind.
    #[expect(
        clippy::new_without_default,
        reason = "each call creates jobs of their own"
    )]
    pub fn new() -> Self {
        Self::builder().assemble()
    }

    /// Returns a builder.
    pub fn builder() -> Builder<Self> {
        Builder::new(WorkBounds::default())
    }

    /// Starts a job, which runs until its guard is ended or dropped.
    pub fn start<'a>(&self, job: impl Into<Job<'a>>) -> JobGuard {
        let job = job.into();
        let series = self.series(&job);
        series.start();
        if job.is_retry {
            series.retry();
        }
        if let Some(time) = job.queued_for {
            series.queued(time);
        }
        JobGuard::new(series, job.id.as_deref())
    }

    /// Starts a job that ends with `future`: with success on `Ok`, as failed on `Err`.
    pub fn run<'a, F, T, E>(&self, job: impl Into<Job<'a>>, future: F) -> JobFuture<F>
    where
        F: Future<Output = Result<T, E>>,
    {
        JobFuture::new(future, self.start(job), ResultState)
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
    pub fn run_with<'a, F, C>(
        &self,
        job: impl Into<Job<'a>>,
        future: F,
        state: C,
    ) -> JobFuture<F, C>
    where
        F: Future,
        C: Fn(&F::Output) -> JobState,
    {
        JobFuture::new(future, self.start(job), state)
    }

    /// Registers a counter of a job's own.
    pub fn counter<'a>(&self, job: impl Into<Job<'a>>, name: &'static str) -> Counter {
        let key = self.series(&job.into()).key(name);
        self.families.target.counter(&key)
    }

    /// Registers a gauge of a job's own.
    pub fn gauge<'a>(&self, job: impl Into<Job<'a>>, name: &'static str) -> Gauge {
        let key = self.series(&job.into()).key(name);
        self.families.target.gauge(&key)
    }

    /// Registers a histogram of a job's own.
    pub fn histogram<'a>(&self, job: impl Into<Job<'a>>, name: &'static str) -> Histogram {
        let key = self.series(&job.into()).key(name);
        self.families.target.histogram(&key)
    }

    /// Returns the jobs that run now, the longest first, as far as the list has room for them.
    pub fn running(&self) -> Vec<RunningJob> {
        RunningJob::read(&self.list, &self.kinds)
    }

    /// Returns the number of jobs that run now, including those that the list has no room for.
    pub fn running_count(&self) -> usize {
        self.list.slots.count()
    }

    fn series(&self, job: &Job<'_>) -> Arc<JobSeries> {
        let register = |labels| JobSeries::register(&self.families, &self.list, labels);
        self.kinds.get(job, register)
    }
}

impl Measured for Jobs {
    type Metric = JobMetric;
    type Options = WorkBounds;

    fn check(names: &Names<JobMetric>, bounds: &WorkBounds) -> Result<(), BuildError> {
        bounds.check(names)
    }

    fn assemble(families: Families<JobMetric>, bounds: WorkBounds) -> Self {
        Self {
            families: Arc::new(families),
            list: Arc::new(RunningList::new(bounds.max_listed)),
            kinds: Arc::new(Kinds::new(bounds)),
        }
    }
}

/// Setters for [`Jobs`].
impl Builder<Jobs> {
    family_setters!(names: JobMetric, JobLabel);
    family_setters!(recorder);

    /// Leaves the label of the kind out of all metrics.
    pub fn without_kind_label(mut self) -> Self {
        self.families.names.omit_label_everywhere(JobLabel::Kind);
        self
    }
}
