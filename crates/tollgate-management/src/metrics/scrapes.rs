//! Scrapes by the one route that renders, and what is read from them.

use std::collections::BTreeSet;

use axum::{
    Json, Router,
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header::ACCEPT},
    response::{IntoResponse, Response},
};
use form_urlencoded::Serializer;
use serde::Deserialize;
use tokio::task;
use tollgate_axum::Format;
use tower::ServiceExt;

use super::{
    reading::{NoReading, Reading, Tag},
    text::families,
};
use crate::{
    nearest::{LONGEST, nearest},
    problem::Problem,
};

/// How many names are told to who asks for one that is not there.
const SUGGESTED: usize = 3;

/// What the route renders.
#[derive(Clone, Debug)]
pub(super) struct Scrapes {
    /// Has the route at `/`.
    router: Router,
}

impl Scrapes {
    pub(super) fn new(router: Router) -> Self {
        Self { router }
    }

    /// The route's own answer.
    pub(super) async fn ask(&self, query: &str, headers: HeaderMap) -> Response {
        let Ok(uri) = format!("/?{query}").parse() else {
            return StatusCode::URI_TOO_LONG.into_response();
        };
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        let Ok(response) = self.router.clone().oneshot(request).await;
        response
    }

    /// One metric, of the series with the tags in `query`.
    pub(super) async fn metric(&self, name: &str, query: &str) -> Result<Json<Reading>, Response> {
        let tags = tags(query).map_err(IntoResponse::into_response)?;
        let filter = Serializer::new(String::new())
            .append_pair("name[]", name)
            .finish();
        let text = self.body(&filter, Format::TEXT_0_0_4).await?;
        let asked = name.to_owned();
        // Thousands of series take their time, which is not the runtime's workers'.
        let reading = task::spawn_blocking(move || read(&text, &asked, &tags)).await;
        let refusal = match reading.unwrap_or(Err(NoReading::Malformed)) {
            Ok(reading) => return Ok(Json(reading)),
            Err(NoReading::NoMetric) => self.no_metric(name).await?,
            Err(NoReading::NoSeries) => Problem::not_found(format!(
                "no series of {name:?} has these tags: without any, its availableTags are all there are"
            )),
            Err(NoReading::Malformed) => {
                Problem::internal(format!("the exposition's text of {name:?} cannot be read"))
            }
        };
        Err(refusal.into_response())
    }

    async fn no_metric(&self, name: &str) -> Result<Problem, Response> {
        #[derive(Deserialize)]
        struct Names {
            names: Vec<String>,
        }

        if name.len() > LONGEST {
            return Ok(Problem::not_found(
                "there is no metric with a name that long",
            ));
        }
        let names = self.body("", Format::JSON).await?;
        let names =
            serde_json::from_slice(&names).map_or_else(|_| Vec::new(), |all: Names| all.names);
        let nearest = nearest(name, names.iter().map(String::as_str), SUGGESTED);
        let nearest: Vec<_> = nearest.iter().map(|name| format!("{name:?}")).collect();
        let advice = if nearest.is_empty() {
            "without a name, Accept: application/json lists all".to_owned()
        } else {
            format!("write {} if that is meant", nearest.join(" or "))
        };
        Ok(Problem::not_found(format!(
            "there is no metric {name:?}: {advice}"
        )))
    }

    /// What is rendered in a format, or the answer that says why it is not.
    async fn body(&self, query: &str, format: Format) -> Result<Bytes, Response> {
        let headers = HeaderMap::from_iter([(ACCEPT, accept(format))]);
        let response = self.ask(query, headers).await;
        if response.status() != StatusCode::OK {
            return Err(response);
        }
        let body = to_bytes(response.into_body(), usize::MAX).await;
        body.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    }
}

/// Accepts this format only.
pub(super) fn accept(format: Format) -> HeaderValue {
    HeaderValue::from_static(format.content_type())
}

fn read(text: &[u8], name: &str, tags: &BTreeSet<Tag>) -> Result<Reading, NoReading> {
    let text = str::from_utf8(text).map_err(|_| NoReading::Malformed)?;
    let families = families(text);
    let family = families.iter().find(|family| family.name == name);
    Reading::of(family.ok_or(NoReading::NoMetric)?, tags)
}

/// # Errors
///
/// If one of the tags that are asked for has no key or no value.
fn tags(query: &str) -> Result<BTreeSet<Tag>, Problem> {
    form_urlencoded::parse(query.as_bytes())
        .filter(|(parameter, _)| parameter == "tag")
        .map(|(_, tag)| match tag.split_once(':') {
            Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
            _ => Err(Problem::bad_request(format!(
                "the tag {tag:?} has not the form key:value"
            ))),
        })
        .collect()
}
