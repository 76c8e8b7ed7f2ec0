//! The layer and the service that measure requests as jobs.

use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

use super::{
    future::JobFuture,
    job::Job,
    measure::Jobs,
    state::{ResultState, StateOf},
};

/// Layer that measures every request to a service as a [`Job`](crate::Job), into which a reference to
/// the request converts.
///
/// # Examples
///
/// ```
/// use tollgate_collectors::{Job, Jobs, JobsLayer};
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), std::io::Error> {
/// let jobs = Jobs::new();
/// let worker = ServiceBuilder::new()
///     .layer(JobsLayer::new(jobs.clone()))
///     .service(service_fn(async |_job: Job<'static>| Ok::<_, std::io::Error>(())));
///
/// worker.oneshot(Job::new("import")).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct JobsLayer<C = ResultState> {
    jobs: Jobs,
    state: C,
}

impl JobsLayer {
    /// Returns a layer for these jobs. `Ok` is a success and `Err` a failure.
    pub fn new(jobs: Jobs) -> Self {
        Self {
            jobs,
            state: ResultState,
        }
    }

    /// Sets the function from the `Result` of the service, as a reference, to the
    /// [outcome](crate::JobState) of the job.
    #[must_use]
    pub fn state<C>(self, state: C) -> JobsLayer<C> {
        JobsLayer {
            jobs: self.jobs,
            state,
        }
    }
}

impl<S, C: Clone> Layer<S> for JobsLayer<C> {
    type Service = JobService<S, C>;

    fn layer(&self, inner: S) -> Self::Service {
        JobService {
            inner,
            jobs: self.jobs.clone(),
            state: self.state.clone(),
        }
    }
}

/// Service whose requests are measured as jobs.
#[derive(Debug, Clone)]
pub struct JobService<S, C = ResultState> {
    inner: S,
    jobs: Jobs,
    state: C,
}

impl<S, C, J> Service<J> for JobService<S, C>
where
    S: Service<J>,
    C: StateOf<Result<S::Response, S::Error>> + Clone,
    for<'a> Job<'a>: From<&'a J>,
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
