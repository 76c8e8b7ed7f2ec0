//! The future of a measured job.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;
use tollgate_families::PanicWatch;

use super::{
    guard::JobGuard,
    state::{ResultState, StateOf},
};

pin_project! {
    /// Future of a job, which ends with it.
    #[derive(Debug)]
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
        // A panic ends the job here: its catcher may drop this only much later.
        let watch = PanicWatch::new(this.guard);
        let polled = this.inner.poll(cx);
        if let Poll::Ready(output) = &polled {
            let state = this.state.state_of(output);
            watch.guard.finish(state);
        }
        watch.disarm();
        polled
    }
}
