//! The owner of a job until its end.

use std::{mem, sync::Arc, thread};

use super::{
    JobMetrics, JobState,
    meter::Shared,
    running::{Id, Listed},
    series::Series,
    slots::Place,
    table::Entry,
};

/// Owns a job that runs.
///
/// Dropped without being told how the job ended, it says that the job was cancelled, or that it
/// panicked if that is why it is dropped.
#[derive(Debug)]
#[must_use = "a job that is dropped is cancelled"]
pub struct JobGuard {
    shared: Arc<Shared>,
    entry: Arc<Entry<Series>>,
    place: Place,
    start: u64,
    has_ended: bool,
}

impl JobGuard {
    pub(super) fn new(shared: Arc<Shared>, entry: Arc<Entry<Series>>, id: Option<&str>) -> Self {
        let start = shared.clock.raw();
        let id = id.map(Id::given);
        let place = shared.running.enter(|number| Listed {
            id: id.unwrap_or(Id::Number(number)),
            entry: Arc::clone(&entry),
            start,
        });
        Self {
            place,
            shared,
            entry,
            start,
            has_ended: false,
        }
    }

    /// Ends the job.
    pub fn end(mut self, state: JobState) {
        self.finish(state);
    }

    /// Says that the job has failed and tries again, without an end.
    pub fn retry(&self) {
        self.entry.kept.retry();
    }

    /// Metrics of the job's own, with the labels that its others have.
    pub fn metrics(&self) -> JobMetrics {
        JobMetrics::new(Arc::clone(&self.shared), Arc::clone(&self.entry))
    }

    /// Ends the job unless it has ended.
    pub(super) fn finish(&mut self, state: JobState) {
        if mem::replace(&mut self.has_ended, true) {
            return;
        }
        let clock = &self.shared.clock;
        let nanoseconds = clock.delta_as_nanos(self.start, clock.raw());
        #[expect(clippy::cast_precision_loss, reason = "exact up to 104 days")]
        let seconds = nanoseconds as f64 * 1e-9;
        let naming = self.shared.naming(&self.entry.labels);
        self.entry.kept.end(state, seconds, &naming);
        self.shared.running.leave(&self.place);
    }
}

impl Drop for JobGuard {
    fn drop(&mut self) {
        self.finish(if thread::panicking() {
            JobState::Panicked
        } else {
            JobState::Cancelled
        });
    }
}
