//! Who is let through, and what the others are told.

use std::sync::OnceLock;

use bytes::Bytes;
use http::{HeaderMap, Response};
use http_body_util::Full;

use crate::{
    MasterKeys,
    challenge::{Challenges, Refusal},
    credentials::{self, Methods},
    failures::Failures,
};

/// Who is let through, and what the others are told: all that the layer, its services and their
/// futures share.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    keys: MasterKeys,
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

    pub(crate) fn check(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        // Not before the first request: the recorder may be installed after the layer is made.
        let failures = self
            .failures
            .get_or_init(|| metrics::with_recorder(Failures::register));

        let accepted =
            credentials::presented(headers, self.methods).map(|key| self.keys.accept(&key));
        let refusal = match accepted {
            Ok(true) => return Ok(()),
            Ok(false) => Refusal::WrongKey,
            Err(refusal) => refusal,
        };
        failures.count(refusal);
        Err(refusal)
    }

    pub(crate) fn answer(&self, refusal: Refusal, head: bool) -> Response<Full<Bytes>> {
        self.challenges.answer(refusal, self.methods.basic, head)
    }
}
