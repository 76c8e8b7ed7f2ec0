//! Labels of the user's own, bounded in how many values each can have.

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, OnceLock},
};

use crate::{RequestHead, ResponseHead};

/// How many extra labels one layer can have.
pub(crate) const MAX_EXTRA_LABELS: usize = 4;

/// How many values an extra label can have.
pub(crate) const MAX_EXTRA_VALUES: usize = 1_000;

const DEFAULT_LIMIT: usize = 100;

/// The value of an extra label past its limit.
const OTHER: &str = "other";

type FromRequest = dyn Fn(RequestHead<'_>) -> Cow<'_, str> + Send + Sync;
type FromResponse = dyn Fn(ResponseHead<'_>) -> Cow<'_, str> + Send + Sync;

/// A label of the user's own on the duration and the total of a request.
///
/// The first values that are seen, up to the [`limit`](Self::limit), are kept; every later one
/// is `other`. A value that is known only from the response is empty where there was none.
///
/// # Examples
///
/// ```
/// use tollgate_http::ExtraLabel;
///
/// let tenant = ExtraLabel::from_request("tenant", |request| {
///     let tenant = request.headers().get("x-tenant");
///     tenant.and_then(|tenant| tenant.to_str().ok()).unwrap_or("none").into()
/// })
/// .limit(50);
/// ```
#[derive(Clone)]
pub struct ExtraLabel {
    pub(crate) name: Cow<'static, str>,
    pub(crate) limit: usize,
    source: Source,
}

#[derive(Clone)]
enum Source {
    Request(Arc<FromRequest>),
    Response(Arc<FromResponse>),
}

impl ExtraLabel {
    /// Takes the label's value from the head of the request.
    pub fn from_request(
        name: impl Into<Cow<'static, str>>,
        value: impl Fn(RequestHead<'_>) -> Cow<'_, str> + Send + Sync + 'static,
    ) -> Self {
        Self::new(name.into(), Source::Request(Arc::new(value)))
    }

    /// Takes the label's value from the head of the response.
    pub fn from_response(
        name: impl Into<Cow<'static, str>>,
        value: impl Fn(ResponseHead<'_>) -> Cow<'_, str> + Send + Sync + 'static,
    ) -> Self {
        Self::new(name.into(), Source::Response(Arc::new(value)))
    }

    /// Keeps this many different values, 100 unless given and 1,000 at most; the rest is `other`.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    fn new(name: Cow<'static, str>, source: Source) -> Self {
        Self {
            name,
            limit: DEFAULT_LIMIT,
            source,
        }
    }
}

impl fmt::Debug for ExtraLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExtraLabel")
            .field("name", &self.name)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

/// One value of each extra label, as places among the values seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct ExtraValues([u16; MAX_EXTRA_LABELS]);

impl ExtraValues {
    /// Whether there is no value of any label.
    #[inline]
    pub(crate) fn are_absent(self) -> bool {
        self == Self::default()
    }
}

/// The place of a value that is not known (yet).
const ABSENT: u16 = 0;
/// The place of every value past the limit.
const FOLDED: u16 = 1;
/// The place of the first value seen.
const FIRST: u16 = 2;

/// The extra labels of a layer with the values that each has had so far.
#[derive(Debug)]
pub(crate) struct ExtraLabels(Box<[(ExtraLabel, Seen)]>);

/// The values that a label has had. The list only grows, so that it is read without a lock.
type Seen = Box<[OnceLock<Box<str>>]>;

impl ExtraLabels {
    pub(crate) fn new(labels: Vec<ExtraLabel>) -> Self {
        Self(
            labels
                .into_iter()
                .map(|label| {
                    let seen = (0..label.limit).map(|_| OnceLock::new()).collect();
                    (label, seen)
                })
                .collect(),
        )
    }

    /// The values that the request gives.
    pub(crate) fn of_request(&self, request: RequestHead<'_>) -> ExtraValues {
        let mut values = ExtraValues::default();
        for ((label, seen), value) in self.0.iter().zip(&mut values.0) {
            if let Source::Request(source) = &label.source {
                *value = place(seen, &source(request));
            }
        }
        values
    }

    /// Adds the values that the response gives.
    pub(crate) fn add_response(&self, response: ResponseHead<'_>, values: &mut ExtraValues) {
        for ((label, seen), value) in self.0.iter().zip(&mut values.0) {
            if let Source::Response(source) = &label.source {
                *value = place(seen, &source(response));
            }
        }
    }

    /// The labels that these values stand for.
    pub(crate) fn resolve(&self, values: ExtraValues) -> impl Iterator<Item = metrics::Label> {
        self.0.iter().zip(values.0).map(|((label, seen), value)| {
            let value = match value {
                ABSENT => "",
                FOLDED => OTHER,
                place => seen
                    .get(usize::from(place - FIRST))
                    .and_then(OnceLock::get)
                    .map_or(OTHER, AsRef::as_ref),
            };
            metrics::Label::new(label.name.clone().into_owned(), value.to_owned())
        })
    }
}

/// Finds the place of a value among those seen, or gives it the next one.
fn place(seen: &[OnceLock<Box<str>>], value: &str) -> u16 {
    seen.iter()
        .position(|slot| slot.get_or_init(|| value.into()).as_ref() == value)
        .and_then(|index| u16::try_from(index).ok())
        .map_or(FOLDED, |index| index + FIRST)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn value_of(labels: &ExtraLabels, path: &str) -> String {
        let request = Request::builder().uri(path).body(()).unwrap();
        let values = labels.of_request(RequestHead::new(&request));
        let [label] = labels
            .resolve(values)
            .collect::<Vec<_>>()
            .try_into()
            .unwrap();
        assert_eq!(label.key(), "path");
        label.value().to_owned()
    }

    #[test]
    fn values_past_the_limit_fold_into_other() {
        let label = ExtraLabel::from_request("path", |head| head.uri().path().into());
        let labels = ExtraLabels::new(vec![label.limit(2)]);

        assert_eq!(value_of(&labels, "/a"), "/a");
        assert_eq!(value_of(&labels, "/b"), "/b");
        assert_eq!(value_of(&labels, "/c"), "other");
        assert_eq!(value_of(&labels, "/a"), "/a");
    }

    #[test]
    fn a_value_from_the_response_is_empty_until_there_is_one() {
        let label = ExtraLabel::from_response("cache", |_| "hit".into());
        let labels = ExtraLabels::new(vec![label]);
        let request = Request::new(());

        let mut values = labels.of_request(RequestHead::new(&request));
        assert_eq!(labels.resolve(values).next().unwrap().value(), "");

        labels.add_response(ResponseHead::new(&http::Response::new(())), &mut values);
        assert_eq!(labels.resolve(values).next().unwrap().value(), "hit");
    }
}
