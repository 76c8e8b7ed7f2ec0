//! The service whose requests are jobs.

use std::task::{Context, Poll};

use tower_service::Service;

use super::{
    future::JobFuture,
    job::Job,
    measure::Jobs,
    state::{ResultState, StateOf},
};

/// Service whose requests are measured as jobs.
#[derive(Debug, Clone)]
pub struct JobService<S, C = ResultState> {
    inner: S,
    jobs: Jobs,
    state: C,
}

impl<S, C> JobService<S, C> {
    pub(super) fn new(inner: S, jobs: Jobs, state: C) -> Self {
        Self { inner, jobs, state }
    }
}

impl<S, C, J> Service<J> for JobService<S, C>
where
    S: Service<J>,
    C: StateOf<Result<S::Response, S::Error>> + Clone,
    J: Job,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = JobFuture<S::Future, C>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, job: J) -> Self::Future {
        let guard = self.jobs.start(&job);
        JobFuture::new(self.inner.call(job), guard, self.state.clone())
    }
}
