//! Who is let through, and what the others are told.

use std::sync::OnceLock;

use bytes::Bytes;
use http::{HeaderMap, Response};
use http_body_util::Full;

use crate::{
    KeyName, MasterKeys,
    challenge::{Challenges, Refusal},
    credentials::{self, Methods},
    failures::Failures,
    keys::Found,
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

    /// Where the key is that the headers present, or why they are refused.
    pub(crate) fn check(&self, headers: &HeaderMap) -> Result<Found, Refusal> {
        // Not before the first request: the recorder may be installed after the layer is made.
        let failures = self
            .failures
            .get_or_init(|| metrics::with_recorder(Failures::register));

        let found = credentials::presented(headers, self.methods)
            .and_then(|key| self.keys.find(&key).ok_or(Refusal::WrongKey));
        found.inspect_err(|refusal| failures.count(*refusal))
    }

    pub(crate) fn name(&self, found: Found) -> KeyName {
        self.keys.name(found)
    }

    pub(crate) fn answer(&self, refusal: Refusal, head: bool) -> Response<Full<Bytes>> {
        self.challenges.answer(refusal, self.methods.basic, head)
    }
}
