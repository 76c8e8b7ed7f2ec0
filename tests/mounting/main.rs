//! Mounting of metrics: paths, access, answers.

#![allow(clippy::float_cmp, reason = "counts are exact in an f64")]

mod access;
mod answers;
mod before_render;
mod metrics_of_its_own;
mod refusals;
mod served;
mod sharing;
mod stock_recorder;

use std::fmt::Debug;

use axum::{
    BoxError, Router,
    body::{Body, Bytes},
    http::{HeaderMap, Method, Request, Response, StatusCode},
};
use http_body_util::BodyExt;
use tollgate_axum::{Axum, Guard, MetricsPath, MetricsReader, MetricsRoute, RouterExt};
use tollgate_exposition::{Exposition, Format, Selection, Snapshot};
use tollgate_http::Unmetered;
use tower::ServiceExt;

/// Exposition that names the format.
struct Formats;

impl Exposition for Formats {
    fn read(&self, _: &Selection) -> Result<Snapshot, BoxError> {
        Ok(Snapshot::default())
    }

    fn formats(&self) -> &[Format] {
        &[Format::Text, Format::OpenMetrics]
    }

    fn write(&self, format: Format, _: &Selection, out: &mut Vec<u8>) -> Result<usize, BoxError> {
        out.extend_from_slice(format!("# {}\nup 1\n", format.content_type()).as_bytes());
        Ok(1)
    }
}

/// Returns a router with an exposition at `/metrics`, open to all callers.
#[track_caller]
fn mounted(exposition: impl Exposition) -> Router {
    Router::new().mount_metrics(&MetricsPath::default(), exposition, Guard::Open)
}

fn request(method: Method, path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

fn scrape(path: &str) -> Request<Body> {
    request(Method::GET, path, &[])
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    is_unmetered: bool,
}

impl Answer {
    async fn read(response: Response<Body>) -> Self {
        let (head, body) = response.into_parts();
        Self {
            status: head.status,
            headers: head.headers,
            body: body.collect().await.unwrap().to_bytes(),
            is_unmetered: head.extensions.get::<Unmetered>().is_some(),
        }
    }

    /// Returns the value of a header, which may occur once.
    #[track_caller]
    fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next().map(|value| value.to_str().unwrap());
        assert_eq!(values.next(), None, "{name} is repeated");
        value
    }

    #[track_caller]
    fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }
}

async fn ask(app: &Router, request: Request<Body>) -> Answer {
    let response = app.clone().oneshot(request).await.unwrap();
    Answer::read(response).await
}

#[test]
fn public_types_are_send_sync_and_debug() {
    fn check<T: Send + Sync + Debug>() {}
    check::<Axum>();
    check::<Guard>();
    check::<MetricsRoute>();
    check::<MetricsPath>();
    check::<MetricsReader>();
}
