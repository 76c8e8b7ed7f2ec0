//! The schedulers themselves, and their list of schedules.

use std::{borrow::Cow, sync::Arc};

use tollgate_families::{BuildError, Families, family_setters};

use super::{
    next::NextTimes,
    schedule::{Schedule, Scheduled},
    series::{ScheduleSeries, SchedulerLabel, SchedulerMetric},
};
use crate::jobs::{
    job::Job,
    kinds::{KindBounds, Kinds},
    slots::Slots,
};

/// Maximum number of schedules in the list.
const MAX_LISTED: usize = 1_000;

/// Metrics of a scheduler of jobs, and the list of its schedules.
///
/// | Metric | Type | Labels |
/// |---|---|---|
/// | `scheduler_triggers_total` | counter | schedule, … |
/// | `scheduler_evaluations_running` | gauge | schedule, … |
/// | `scheduler_evaluation_duration_seconds` | histogram | schedule, … |
/// | `scheduler_delay_seconds` | histogram | schedule, … |
/// | `scheduler_next_timestamp_seconds` | gauge | schedule, … |
///
/// Schedules and labels are bounded like those of [`Jobs`](crate::Jobs). Clones share everything.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use tollgate_collectors::Scheduler;
///
/// let scheduler = Scheduler::new();
/// let nightly = scheduler.schedule("nightly report");
/// nightly.plan(SystemTime::now() + Duration::from_secs(3_600));
/// assert_eq!(scheduler.schedules().len(), 1);
///
/// let evaluation = nightly.evaluate();
/// // Has its time come?
/// drop(evaluation);
/// nightly.trigger();
/// ```
#[derive(Debug, Clone)]
pub struct Scheduler {
    families: Arc<Families<SchedulerMetric>>,
    kinds: Arc<Kinds<ScheduleSeries>>,
    next_times: Arc<NextTimes>,
    list: Arc<Slots<Scheduled>>,
}

impl Scheduler {
    /// Returns a scheduler with the default names, and no labels but the schedule.
    #[expect(
        clippy::new_without_default,
        reason = "each call creates a scheduler of its own"
    )]
    pub fn new() -> Self {
        Self::builder().assemble()
    }

    /// Returns a builder.
    pub fn builder() -> SchedulerBuilder {
        SchedulerBuilder {
            families: Families::default(),
            bounds: KindBounds::default(),
        }
    }

    /// Adds a schedule, which is listed until it is dropped. The job's kind is its name.
    pub fn schedule<J: Job + ?Sized>(&self, job: &J) -> Schedule {
        let series = self.kinds.get(job, |labels| {
            ScheduleSeries::register(&self.families, &self.next_times, labels)
        });
        Schedule::new(Arc::clone(&self.list), series)
    }

    /// Returns the schedules, the next one first. Those without a plan are last.
    pub fn schedules(&self) -> Vec<Scheduled> {
        let (_, mut schedules) = self.list.read(Scheduled::clone);
        schedules.sort_by_key(|schedule| (schedule.next().is_none(), schedule.next()));
        schedules
    }
}

/// Builder of a [`Scheduler`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct SchedulerBuilder {
    families: Families<SchedulerMetric>,
    bounds: KindBounds,
}

impl SchedulerBuilder {
    family_setters!(names: SchedulerMetric, SchedulerLabel);
    family_setters!(recorder);

    /// Leaves the label of the schedule's name out of all metrics.
    pub fn without_schedule_label(mut self) -> Self {
        let label = SchedulerLabel::Schedule;
        self.families.names.omit_label_everywhere(label);
        self
    }

    /// Sets the maximum number of names of schedules: 100 by default, 1,000 at most. Any other is
    /// `other`.
    pub fn max_schedules(mut self, max: usize) -> Self {
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

    /// Builds the scheduler. It lists at most 1,000 schedules, and has as many combinations of names
    /// with labels.
    ///
    /// # Errors
    ///
    /// If Prometheus does not accept a name, if two metrics or two labels share one, or if a maximum
    /// is out of bounds.
    pub fn build(self) -> Result<Scheduler, BuildError> {
        self.families.names.check(|_| self.bounds.label_names())?;
        self.bounds.check("max_schedules")?;
        Ok(self.assemble())
    }

    fn assemble(self) -> Scheduler {
        Scheduler {
            families: Arc::new(self.families),
            kinds: Arc::new(Kinds::new(self.bounds)),
            next_times: Arc::default(),
            list: Arc::new(Slots::new(MAX_LISTED)),
        }
    }
}
