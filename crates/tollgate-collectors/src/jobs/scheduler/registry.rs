//! The schedulers themselves, and their list of schedules.

use std::{
    borrow::Cow,
    sync::{Arc, Mutex, PoisonError},
};

use tollgate_families::{BuildError, Families, Names, family_setters};

use super::{
    next::NextTimes,
    schedule::{Schedule, ScheduleList, Scheduled},
    series::{ScheduleSeries, SchedulerLabel, SchedulerMetric},
};
use crate::{
    builder::{Builder, Measured},
    jobs::{bounds::WorkBounds, job::Job, kinds::Kinds, slots::Slots},
};

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
    list: Arc<ScheduleList>,
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
    pub fn builder() -> Builder<Self> {
        Builder::new(WorkBounds::default())
    }

    /// Adds a schedule, which is listed until it is dropped. The job's kind is its name.
    pub fn schedule<'a>(&self, job: impl Into<Job<'a>>) -> Schedule {
        let series = self.kinds.get(&job.into(), |labels| {
            ScheduleSeries::register(&self.families, &self.next_times, labels)
        });
        Schedule::new(Arc::clone(&self.list), series)
    }

    /// Returns the schedules, the next one first. Those without a plan are last.
    pub fn schedules(&self) -> Vec<Scheduled> {
        let now = |entry: &Arc<Mutex<Scheduled>>| {
            let entry = entry.lock().unwrap_or_else(PoisonError::into_inner);
            entry.clone()
        };
        let mut schedules = self.list.read(now);
        schedules.sort_by_key(|schedule| (schedule.next().is_none(), schedule.next()));
        schedules
    }
}

impl Measured for Scheduler {
    type Metric = SchedulerMetric;
    type Options = WorkBounds;

    fn check(names: &Names<SchedulerMetric>, bounds: &WorkBounds) -> Result<(), BuildError> {
        bounds.check(names)
    }

    fn assemble(families: Families<SchedulerMetric>, bounds: WorkBounds) -> Self {
        Self {
            families: Arc::new(families),
            next_times: Arc::default(),
            list: Arc::new(Slots::new(bounds.max_listed)),
            kinds: Arc::new(Kinds::new(bounds)),
        }
    }
}

/// Setters for a [`Scheduler`].
impl Builder<Scheduler> {
    family_setters!(names: SchedulerMetric);
    family_setters!(recorder);

    /// Renames the label of the schedule's name: `schedule` by default.
    pub fn rename_schedule_label(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        let label = SchedulerLabel::Schedule;
        self.families.names.rename_label(label, name);
        self
    }

    /// Leaves the label of the schedule's name out of all metrics.
    pub fn without_schedule_label(mut self) -> Self {
        let label = SchedulerLabel::Schedule;
        self.families.names.omit_label_everywhere(label);
        self
    }
}
