//! The builder of measured jobs.

use std::{borrow::Cow, sync::Arc};

use tollgate_families::{BuildError, Families, family_setters};

use super::{
    kinds::{KindBounds, Kinds},
    measure::Jobs,
    running::RunningList,
    series::{JobLabel, JobMetric},
};

/// Builder of [`Jobs`].
///
/// # Examples
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
#[must_use = "a builder does nothing until it is built"]
pub struct JobsBuilder {
    families: Families<JobMetric>,
    bounds: KindBounds,
    max_listed: usize,
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
    pub fn builder() -> JobsBuilder {
        JobsBuilder {
            families: Families::default(),
            bounds: KindBounds::default(),
            max_listed: 1_000,
        }
    }
}

impl JobsBuilder {
    family_setters!(names: JobMetric, JobLabel);
    family_setters!(recorder);

    /// Leaves the label of the kind out of all metrics.
    pub fn without_kind_label(mut self) -> Self {
        self.families.names.omit_label_everywhere(JobLabel::Kind);
        self
    }

    /// Sets the maximum number of kinds: 100 by default, 1,000 at most. Any other kind is `other`.
    pub fn max_kinds(mut self, max: usize) -> Self {
        self.bounds.max_kinds = max;
        self
    }

    /// Adds a label whose value is that of [`Job::label`](crate::Job::label).
    ///
    /// The first `max` values are kept, 1,000 at most. Any other value, and one of more than 128 bytes,
    /// is `other`. There are at most 7 such labels.
    pub fn bounded_label(mut self, name: impl Into<Cow<'static, str>>, max: usize) -> Self {
        self.bounds.labels.push((name.into(), max));
        self
    }

    /// Sets the maximum number of combinations of a kind with labels: 1,000 by default. In any other,
    /// all labels but the kind are `other`.
    pub fn max_label_combinations(mut self, max: usize) -> Self {
        self.bounds.max_label_combinations = max;
        self
    }

    /// Sets the maximum number of jobs in the list of [running](Jobs::running) ones: 1,000 by default.
    /// All are counted.
    pub fn max_listed(mut self, max: usize) -> Self {
        self.max_listed = max;
        self
    }

    /// Builds the jobs.
    ///
    /// # Errors
    ///
    /// If Prometheus does not accept a name, if two metrics or two labels share one, or if a maximum
    /// is out of bounds.
    pub fn build(self) -> Result<Jobs, BuildError> {
        self.families.names.check(|_| self.bounds.label_names())?;
        self.bounds.check("max_kinds")?;
        Ok(self.assemble())
    }

    fn assemble(self) -> Jobs {
        Jobs {
            families: Arc::new(self.families),
            kinds: Arc::new(Kinds::new(self.bounds)),
            list: Arc::new(RunningList::new(self.max_listed)),
        }
    }
}
