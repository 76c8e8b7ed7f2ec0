//! What is measured of requests.

use tollgate_http::{Metric, RequestMetricsBuilder};

use crate::{Settings, settings::Id};

/// The request metrics as code describes them, and where settings say otherwise, as those do.
pub(crate) fn requests(
    code: Option<RequestMetricsBuilder>,
    settings: &Settings,
) -> RequestMetricsBuilder {
    let mut requests = code.unwrap_or_default();
    if let Some(namespace) = settings.namespace() {
        requests = requests.namespace(namespace.to_owned());
    }
    match (settings.sets(Id::BodySizes), settings.body_sizes()) {
        (true, true) => requests.body_sizes(),
        (true, false) => requests
            .without(Metric::RequestSize)
            .without(Metric::ResponseSize),
        (false, _) => requests,
    }
}
