//! The owner of a job until its end.

use std::{mem, sync::Arc, thread};

use tollgate_families::{EndInPanic, Start};

use super::{series::JobSeries, slots::SlotIndex, state::JobState};

/// Owner of a running job.
///
/// Dropped before its [`end`](Self::end), it ends the job as cancelled, or as panicked if a panic
/// drops it.
#[derive(Debug)]
#[must_use = "a job that is dropped is cancelled"]
pub struct JobGuard {
    series: Arc<JobSeries>,
    slot: SlotIndex,
    start: Start,
    has_ended: bool,
}

impl JobGuard {
    pub(super) fn new(series: Arc<JobSeries>, id: Option<&str>) -> Self {
        let (start, slot) = series.list.enter(series.places(), id);
        Self {
            series,
            slot,
            start,
            has_ended: false,
        }
    }

    /// Ends the job.
    pub fn end(mut self, state: JobState) {
        self.finish(state);
    }

    /// Counts a retry: the job failed, and tries again without an end.
    pub fn retry(&self) {
        self.series.retry();
    }

    /// Ends the job unless it has ended.
    pub(super) fn finish(&mut self, state: JobState) {
        if mem::replace(&mut self.has_ended, true) {
            return;
        }
        let list = &self.series.list;
        let seconds = list.stopwatch.seconds(self.start);
        self.series.end(state, seconds);
        list.slots.leave(&self.slot);
    }
}

#[doc(hidden)]
impl EndInPanic for JobGuard {
    fn end_in_panic(&mut self) {
        self.finish(JobState::Panicked);
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
