//! The service inside the layer.

use std::future::{self, Future};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use tokio::task;
use tower::Service;

use crate::answer::{Answer, Failure, Script};

/// A service that answers as scripted and checks its callers: a clone starts out unready, and a
/// call without readiness panics.
#[derive(Debug)]
pub(crate) struct Scripted {
    answer: Answer,
    ready: bool,
}

impl Scripted {
    pub(crate) fn new(answer: Answer) -> Self {
        Self {
            answer,
            ready: false,
        }
    }
}

impl Clone for Scripted {
    fn clone(&self) -> Self {
        Self::new(self.answer.clone())
    }
}

impl<B> Service<Request<B>> for Scripted {
    type Response = Response<Script>;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Script>, Failure>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        assert!(mem::take(&mut self.ready), "called without being ready");
        if let Answer::PanicsInCall = self.answer {
            panic!("the call panics, as scripted");
        }
        Box::pin(answer(self.answer.clone()))
    }
}

/// Answers at the second poll; between the two polls, the request is in flight.
async fn answer(answer: Answer) -> Result<Response<Script>, Failure> {
    task::yield_now().await;
    match answer {
        Answer::Responds(response) => Ok(response),
        Answer::Fails => Err(Failure),
        Answer::Panics | Answer::PanicsInCall => panic!("the future panics, as scripted"),
        Answer::NeverResponds => future::pending().await,
    }
}
