//! The failure of one request to a gateway.

use std::error::Error as StdError;

use reqwest::Url;

/// Code of a push that no gateway answered: it was not reached, hung up or took too long.
pub(crate) const NETWORK_ERROR: &str = "network_error";

/// Code of a push that could not be rendered.
const RENDER_ERROR: &str = "render_error";

/// A push that the gateway refused or that did not reach it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: String,
    pub(crate) reason: String,
    pub(crate) may_pass: bool,
}

impl Failure {
    pub(crate) fn rendering(error: &(dyn StdError + 'static)) -> Self {
        Self {
            code: RENDER_ERROR.to_owned(),
            reason: chain(error),
            may_pass: false,
        }
    }

    pub(crate) fn network(error: reqwest::Error) -> Self {
        let error = error.without_url();
        Self {
            code: NETWORK_ERROR.to_owned(),
            reason: chain(&error),
            // A second timeout would only hold up the end of the job.
            may_pass: !error.is_timeout(),
        }
    }

    pub(crate) fn warn(&self, gateway: &Url, message: &str) {
        let Self { code, reason, .. } = self;
        tracing::warn!(%gateway, code, ?reason, "{message}");
    }
}

/// An error and all its sources, on one line.
pub(crate) fn chain(error: &(dyn StdError + 'static)) -> String {
    let errors = std::iter::successors(Some(error), |&error| error.source());
    let messages: Vec<_> = errors.map(ToString::to_string).collect();
    messages.join(": ")
}
