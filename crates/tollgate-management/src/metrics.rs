//! The endpoints `metrics` and `prometheus`: as they are scraped, as a list of names, and one at a time.
//!
//! Everything is read through one `MetricsReader`, which negotiates, limits and shares.

use axum::{
    http::{
        HeaderMap, HeaderValue, StatusCode, Uri,
        header::{ACCEPT, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use tokio::task;
use tollgate_axum::MetricsReader;
use tollgate_exposition::{Family, Format, Selection};
use tollgate_families::check;

use crate::{
    BuildError,
    endpoint::{Endpoint, Exposure},
    name::Name,
    nearest::{LONGEST, nearest},
    problem::Problem,
};

/// The number of names that are suggested for an unknown one.
const SUGGESTED: usize = 3;

/// The ids of the endpoints.
pub(crate) const IDS: [&str; 2] = ["metrics", "prometheus"];

/// Returns the endpoints, which read everything through `reader`.
pub(crate) fn endpoints(reader: MetricsReader) -> [Endpoint; 2] {
    let content_type = Format::Text.content_type();
    let formats = reader.formats();
    let has_text = formats.is_empty() || formats.contains(&Format::Text);
    let fault = (!has_text).then(|| {
        BuildError::new(format!(
            "the exposition offers no text for /prometheus: offer {content_type:?}"
        ))
    });
    let [all, text] = [None, Some(HeaderValue::from_static(content_type))].map(|accept| {
        let reader = reader.clone();
        async move |uri: Uri, mut headers: HeaderMap| {
            if let Some(accept) = accept {
                headers.insert(ACCEPT, accept);
            }
            reader.answer(&headers, uri.query()).await
        }
    });
    let named = async move |Name(name): Name, uri: Uri| {
        one(&reader, name, uri.query().unwrap_or_default()).await
    };
    let [mut metrics, prometheus] = IDS.map(Endpoint::new);
    metrics.fault = fault;
    [
        metrics
            .read(Exposure::Read, "", all)
            .read(Exposure::Read, "/{name}", named),
        prometheus.read(Exposure::Read, "", text),
    ]
}

/// Returns one metric as JSON, summed over the series with the tags in `query`.
async fn one(reader: &MetricsReader, name: String, query: &str) -> Result<Response, Response> {
    let tags = tags(query).map_err(IntoResponse::into_response)?;
    let snapshot = reader.read(Selection::names([&*name])).await?;
    if snapshot.family(&name).is_none() {
        return Err(unknown(reader, &name).await?.into_response());
    }
    // Thousands of series take longer than a runtime's worker should.
    let asked = name.clone();
    let summed = task::spawn_blocking(move || snapshot.family(&asked)?.to_json(&tags)).await;
    let refusal = match summed {
        Ok(Some(json)) => {
            let content_type = [(CONTENT_TYPE, Format::Json.content_type())];
            return Ok((content_type, json).into_response());
        }
        Ok(None) => Problem::not_found(format!(
            "no series of {name:?} has these tags: without any, its availableTags are all there are; \
             several tags have the form ?tag=status:200&tag=method:GET"
        )),
        Err(_) => {
            let message = format!("{name:?} could not be summed");
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, message)
        }
    };
    Err(refusal.into_response())
}

async fn unknown(reader: &MetricsReader, name: &str) -> Result<Problem, Response> {
    if name.len() > LONGEST {
        return Ok(Problem::not_found(
            "there is no metric with a name that long",
        ));
    }
    let snapshot = reader.read(Selection::all()).await?;
    let names = snapshot.families().iter().map(Family::name);
    let nearest = nearest(name, names, SUGGESTED);
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

/// Returns the selection of series with the tags that are asked for.
///
/// # Errors
///
/// If one of the tags has no key.
fn tags(query: &str) -> Result<Selection, Problem> {
    let mut selection = Selection::all();
    let parameters = form_urlencoded::parse(query.as_bytes());
    for (_, tags) in parameters.filter(|(parameter, _)| parameter == "tag") {
        let mut rest = Some(&*tags);
        while let Some(tag) = rest.map(str::trim_start) {
            let (key, value) = tag.split_once(':').unwrap_or_default();
            if key.is_empty() {
                return Err(Problem::bad_request(format!(
                    "the tag {tag:?} has not the form key:value; write \
                     ?tag=status:200&tag=method:GET or ?tag=status:200,method:GET"
                )));
            }
            // A comma that no key follows is one of the value.
            let mut commas = value.match_indices(',');
            let end = commas.find(|(end, _)| begins_with_key(value[end + 1..].trim_start()));
            let value = match end {
                Some((end, _)) => &value[..end],
                None => value,
            };
            selection = selection.label(key, value);
            rest = tag.get(key.len() + value.len() + 2..);
        }
    }
    Ok(selection)
}

/// Whether a text begins with the name of a label and a colon.
fn begins_with_key(text: &str) -> bool {
    let key = text.split_once(':').map(|(key, _)| key);
    key.is_some_and(|key| check::label_name(key).is_ok())
}
