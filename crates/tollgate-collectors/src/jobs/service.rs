//! The layer and the service that measure requests as jobs.

use std::task::{Context, Poll};

use tower_layer::{Layer, layer_fn};
use tower_service::Service;

use super::{
    future::JobFuture,
    job::Job,
    measure::Jobs,
    state::{ResultState, StateOf},
};

/// Measures every request to a service as a [`Job`](crate::Job), into which a reference to the request
/// converts. `Ok` is a success and `Err` a failure.
impl<S> Layer<S> for Jobs {
    type Service = JobService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        self.service(inner, ResultState)
    }
}

impl Jobs {
    /// Returns a layer that ends each job in the state that `state` returns for the `Result` of the
    /// service.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_collectors::{Job, JobState, Jobs};
    /// use tower::{ServiceBuilder, ServiceExt, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), std::io::Error> {
    /// let jobs = Jobs::new();
    /// let worker = ServiceBuilder::new()
    ///     .layer(jobs.layer_with(|result: &Result<(), _>| match result {
    ///         Ok(()) => JobState::Success,
    ///         Err(_) => JobState::Killed,
    ///     }))
    ///     .service(service_fn(async |_job: Job<'static>| Ok::<_, std::io::Error>(())));
    ///
    /// worker.oneshot(Job::new("import")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn layer_with<S, C: Clone>(
        &self,
        state: C,
    ) -> impl Layer<S, Service = JobService<S, C>> + Clone + use<S, C> {
        let jobs = self.clone();
        layer_fn(move |inner| jobs.service(inner, state.clone()))
    }

    fn service<S, C>(&self, inner: S, state: C) -> JobService<S, C> {
        JobService {
            inner,
            jobs: self.clone(),
            state,
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
