//! The layer that measures jobs.

use tower_layer::Layer;

use super::{measure::Jobs, service::JobService, state::ResultState};

/// Layer that measures every request to a service as a [`Job`](crate::Job).
///
/// # Examples
///
/// ```
/// use tollgate_collectors::{Jobs, JobsLayer, NamedJob};
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), std::io::Error> {
/// let jobs = Jobs::new();
/// let worker = ServiceBuilder::new()
///     .layer(JobsLayer::new(jobs.clone()))
///     .service(service_fn(async |_job: NamedJob<'static>| Ok::<_, std::io::Error>(())));
///
/// worker.oneshot(NamedJob::new("import")).await?;
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

    /// Sets the function from the `Result` of the service to the outcome of the job.
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
        JobService::new(inner, self.jobs.clone(), self.state.clone())
    }
}
