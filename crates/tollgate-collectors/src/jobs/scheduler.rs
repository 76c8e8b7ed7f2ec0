//! What starts jobs at their time.

mod builder;
mod next;
mod schedule;
mod scheduled;
mod series;

use std::sync::{Arc, Mutex, Once};

use metrics::Label;
use quanta::Clock;

pub use self::{
    builder::SchedulerBuilder,
    schedule::{Evaluation, Schedule},
    scheduled::Scheduled,
    series::SchedulerMetric,
};
use self::{
    next::Nexts,
    series::{SchedulerNames, Series},
};
use super::{Job, slots::Slots, table::Table};
use crate::destination::Destination;

/// Counts what starts jobs at their time, and lists what is planned.
///
/// | Metric | Type | Labels |
/// |---|---|---|
/// | `scheduler_triggers_total` | counter | schedule, … |
/// | `scheduler_evaluations_running` | gauge | schedule, … |
/// | `scheduler_evaluation_duration_seconds` | histogram | schedule, … |
/// | `scheduler_delay_seconds` | histogram | schedule, … |
/// | `scheduler_next_timestamp_seconds` | gauge | schedule, … |
///
/// Schedules and labels are bounded as those of [`Jobs`](crate::Jobs) are. Clones share everything.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use tollgate_collectors::Scheduler;
///
/// let scheduler = Scheduler::builder().namespace("shop").build();
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
    shared: Arc<Shared>,
}

/// What all clones share.
#[derive(Debug)]
struct Shared {
    clock: Clock,
    names: SchedulerNames,
    table: Table<Series>,
    plans: Slots<Scheduled>,
    nexts: Nexts,
    destination: Destination,
    described: Once,
}

impl Scheduler {
    /// Starts to build a scheduler.
    pub fn builder() -> SchedulerBuilder {
        SchedulerBuilder::default()
    }

    /// Adds a schedule, which is listed until it is dropped. The job's kind is its name.
    pub fn schedule<J: Job + ?Sized>(&self, job: &J) -> Schedule {
        let shared = Arc::clone(&self.shared);
        let entry = shared.table.entry(job, |labels| shared.register(labels));
        let place = shared.plans.enter(|_| Scheduled {
            entry: Arc::clone(&entry),
            next: None,
            last: None,
        });
        Schedule {
            shared,
            entry,
            place,
            planned: Mutex::new(None),
        }
    }

    /// The schedules there are, the next one first, those of which nothing is planned last.
    pub fn schedules(&self) -> Vec<Scheduled> {
        let (_, mut schedules) = self.shared.plans.read(Scheduled::clone);
        schedules.sort_by_key(|schedule| (schedule.next.is_none(), schedule.next));
        schedules
    }
}

impl Shared {
    fn register(&self, labels: &[Label]) -> Series {
        self.described.call_once(|| {
            self.destination.with(|to| self.names.describe(to));
        });
        self.destination
            .with(|to| Series::register(to, &self.names, labels, &self.nexts))
    }
}
