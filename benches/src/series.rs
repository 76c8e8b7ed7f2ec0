//! The label sets of a larger application: endpoints, with two methods each, that are answered with
//! five statuses.

use std::{
    cell::Cell,
    convert::Infallible,
    fmt::Debug,
    future::{Ready, ready},
    rc::Rc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::Full;
use tollgate_http::Route;
use tower::{Layer, Service};

use crate::{
    Row,
    drive::{self, RequestBody},
};

const METHODS: [Method; 2] = [Method::GET, Method::POST];

const STATUSES: [StatusCode; 5] = [
    StatusCode::OK,
    StatusCode::CREATED,
    StatusCode::ACCEPTED,
    StatusCode::NO_CONTENT,
    StatusCode::PARTIAL_CONTENT,
];

/// The labels of one series of requests.
#[derive(Clone, Debug)]
pub struct RequestSeries {
    /// The method of the requests.
    pub method: Method,
    /// The route that they match.
    pub endpoint: &'static str,
    /// The status of the responses.
    pub status: StatusCode,
}

impl RequestSeries {
    /// The labels, as every layer has them.
    pub fn labels(&self) -> [(&'static str, String); 3] {
        [
            ("method", self.method.to_string()),
            ("endpoint", self.endpoint.to_owned()),
            ("status", self.status.as_str().to_owned()),
        ]
    }
}

/// Returns `count` series, ten for each endpoint. The names of the endpoints live as long as the
/// process.
pub fn of_requests(count: usize) -> Vec<RequestSeries> {
    let endpoints = (0..count.div_ceil(METHODS.len() * STATUSES.len()))
        .map(|number| &*format!("/v1/resource-{number:05}/{{id}}").leak());
    let series = endpoints.flat_map(|endpoint| {
        METHODS.into_iter().flat_map(move |method| {
            STATUSES.map(|status| RequestSeries {
                method: method.clone(),
                endpoint,
                status,
            })
        })
    });
    series.take(count).collect()
}

/// Returns a row that sends requests of these series in turn to a service inside `layer`.
pub fn requests<L, B>(name: &'static str, layer: &L, series: Vec<RequestSeries>) -> Row
where
    L: Layer<Answer>,
    L::Service: Service<Request<RequestBody>, Response = Response<B>> + 'static,
    <L::Service as Service<Request<RequestBody>>>::Error: Debug,
    B: Body + 'static,
    B::Error: Debug,
{
    let answer = Answer::default();
    let status = Rc::clone(&answer.status);
    let mut next = 0;
    let requests = move || {
        let RequestSeries {
            method,
            endpoint,
            status: code,
        } = &series[next];
        next = if next + 1 == series.len() {
            0
        } else {
            next + 1
        };
        status.set(*code);
        let mut request = drive::request(method.clone());
        request.extensions_mut().insert(Route::from(*endpoint));
        request
    };
    Row::new(name, drive::these(layer.layer(answer), requests))
}

/// A service that answers with the status that the request was made for.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    status: Rc<Cell<StatusCode>>,
}

impl Service<Request<RequestBody>> for Answer {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<RequestBody>) -> Self::Future {
        let mut response = Response::new(Full::from("done\n"));
        *response.status_mut() = self.status.get();
        ready(Ok(response))
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, sync::Arc};

    use tollgate_http::RequestMetricsLayer;
    use tollgate_recorder::RecorderBuilder;

    use super::*;

    #[test]
    fn series_are_distinct() {
        let labels: BTreeSet<_> = of_requests(23).iter().map(RequestSeries::labels).collect();
        assert_eq!(labels.len(), 23);
    }

    #[test]
    fn a_request_is_recorded_in_its_series() {
        let (recorder, handle) = RecorderBuilder::new().build().unwrap();
        let layer = RequestMetricsLayer::builder()
            .recorder(Arc::new(recorder))
            .build()
            .unwrap();
        requests("row", &layer, of_requests(23)).run(24);
        let text = handle.render();
        let totals = text
            .lines()
            .filter(|line| line.starts_with("http_request_total{"));
        assert_eq!(totals.clone().count(), 23);
        assert_eq!(totals.filter(|line| line.ends_with(" 2")).count(), 1);
    }
}
