//! The decision about one request.

use std::sync::OnceLock;

use bytes::Bytes;
use http::{Method, Request, Response};
use tollgate_families::Target;

use crate::{
    MasterKeys,
    challenge::{Challenges, Refusal},
    credentials::{self, Methods},
    failures::Failures,
    keys::Found,
};

/// Accepted keys and methods of a layer, and its refusals. Shared with its services.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    pub(crate) keys: MasterKeys,
    pub(crate) methods: Methods,
    pub(crate) challenges: Challenges,
    pub(crate) failures: OnceLock<Failures>,
}

impl Policy {
    pub(crate) fn new(keys: MasterKeys) -> Self {
        Self {
            keys,
            methods: Methods::default(),
            challenges: Challenges::new("metrics"),
            failures: OnceLock::new(),
        }
    }

    /// Returns the place of the key that the request presents, or the refusal, which is counted.
    pub(crate) fn check<B>(&self, request: &Request<B>) -> Result<Found, Box<Response<Bytes>>> {
        // Registered at the first request: an app may install its recorder after it builds the layer.
        let failures = self
            .failures
            .get_or_init(|| Failures::register(Target::default()));

        credentials::presented(request.headers(), self.methods)
            .and_then(|key| self.keys.find(&key).ok_or(Refusal::WrongKey))
            .map_err(|refusal| {
                failures.count(refusal);
                let head = request.method() == Method::HEAD;
                let answer = self.challenges.answer(refusal, self.methods.basic, head);
                Box::new(answer)
            })
    }
}
