//! The future of a measured job.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
    thread,
};

use pin_project_lite::pin_project;

use super::{JobGuard, JobState, ResultState, StateOf};

pin_project! {
    /// A job that runs as long as its future does.
    #[must_use = "a job that is dropped is cancelled"]
    pub struct JobFuture<F, C = ResultState> {
        #[pin]
        inner: F,
        guard: JobGuard,
        state: C,
    }
}

impl<F, C> JobFuture<F, C> {
    pub(super) fn new(inner: F, guard: JobGuard, state: C) -> Self {
        Self {
            inner,
            guard,
            state,
        }
    }
}

impl<F, C> Future for JobFuture<F, C>
where
    F: Future,
    C: StateOf<F::Output>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        // A panic ends the job here: who caught it may drop this only much later.
        let watch = PanicWatch(this.guard);
        let output = ready!(this.inner.poll(cx));
        let state = this.state.state_of(&output);
        watch.0.finish(state);
        Poll::Ready(output)
    }
}

impl<F, C> fmt::Debug for JobFuture<F, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobFuture")
            .field("guard", &self.guard)
            .finish_non_exhaustive()
    }
}

struct PanicWatch<'a>(&'a mut JobGuard);

impl Drop for PanicWatch<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.finish(JobState::Panicked);
        }
    }
}
