//! Labels of the user's own, bounded in the number of their values.

use std::{borrow::Cow, fmt, sync::Arc};

use http::HeaderName;
use tollgate_families::{
    Bounded, BuildError, LabelValues, MAX_VALUE_BYTES, OTHER, ValuePlaces, check::maximum,
};

use crate::{RequestHead, ResponseHead};

/// Maximum number of bounded labels of one layer.
const MAX_LABELS: usize = 4;

/// Maximum number of values of one label.
const MAX_VALUES: usize = 1_000;

const DEFAULT_MAX_VALUES: usize = 100;

type FromRequest = dyn Fn(RequestHead<'_>) -> Cow<'_, str> + Send + Sync;
type FromResponse = dyn Fn(ResponseHead<'_>) -> Cow<'_, str> + Send + Sync;

/// Label of the user's own on the duration and the total of a request.
///
/// Clients that choose values cannot leave more than so many series:
///
/// - The label keeps the first values that it meets, up to [`max_values`](Self::max_values); every
///   later one is `other`. With a list of [`label_values`](Self::label_values) no client can take the
///   places of others.
/// - A value of more than 128 bytes is `other`.
/// - All labels together have a bounded number of
///   [combinations](crate::RequestMetricsBuilder::max_label_combinations).
///
/// A value from the response is empty for a request that has none.
///
/// # Examples
///
/// ```
/// use tollgate_http::BoundedLabel;
///
/// let tenant = BoundedLabel::from_request("tenant", |request| {
///     let tenant = request.headers().get("x-tenant");
///     tenant.and_then(|tenant| tenant.to_str().ok()).unwrap_or("none").into()
/// })
/// .max_values(50);
///
/// let cache = BoundedLabel::from_response("cache", |response| {
///     if response.headers().contains_key("age") { "hit" } else { "miss" }.into()
/// });
/// ```
#[derive(Clone)]
pub struct BoundedLabel {
    pub(crate) name: Cow<'static, str>,
    kept: Kept,
    source: Source,
}

/// Values of a label that are kept apart.
#[derive(Debug, Clone)]
enum Kept {
    First(usize),
    Listed(Vec<Cow<'static, str>>),
}

#[derive(Clone)]
enum Source {
    Request(Arc<FromRequest>),
    Response(Arc<FromResponse>),
}

impl BoundedLabel {
    /// Returns a label with a value from the head of the request.
    pub fn from_request(
        name: impl Into<Cow<'static, str>>,
        value: impl Fn(RequestHead<'_>) -> Cow<'_, str> + Send + Sync + 'static,
    ) -> Self {
        Self::new(name.into(), Source::Request(Arc::new(value)))
    }

    /// Returns a label with a value from the head of the response.
    pub fn from_response(
        name: impl Into<Cow<'static, str>>,
        value: impl Fn(ResponseHead<'_>) -> Cow<'_, str> + Send + Sync + 'static,
    ) -> Self {
        Self::new(name.into(), Source::Response(Arc::new(value)))
    }

    /// Returns a label with the value of a request header if that is one of `values`, else `other`.
    ///
    /// # Examples
    ///
    /// The events of a webhook, under a name of their own:
    ///
    /// ```
    /// use http::HeaderName;
    /// use tollgate_http::{BoundedLabel, Label, Metric, RequestMetricsLayer};
    ///
    /// let event = HeaderName::from_static("x-github-event");
    /// let layer = RequestMetricsLayer::builder()
    ///     .bounded_label(BoundedLabel::from_header("event", event, ["push", "pull_request", "ping"]))
    ///     .rename(Metric::Duration, "github_webhook_latency")
    ///     .without_label(Metric::Duration, Label::Method)
    ///     .without_label(Metric::Duration, Label::Endpoint)
    ///     .build()?;
    /// # Ok::<(), tollgate_http::BuildError>(())
    /// ```
    pub fn from_header<V: Into<Cow<'static, str>>>(
        name: impl Into<Cow<'static, str>>,
        header: HeaderName,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        Self::from_request(name, move |request| {
            let value = request.headers().get(&header);
            match value.and_then(|value| value.to_str().ok()) {
                None | Some("") => OTHER.into(),
                Some(value) => value.into(),
            }
        })
        .label_values(values)
    }

    /// Keeps the first `max` values apart, 100 unless given and 1,000 at most; the rest is `other`.
    #[must_use]
    pub fn max_values(mut self, max: usize) -> Self {
        self.kept = Kept::First(max);
        self
    }

    /// Keeps these values apart, 1,000 at most, instead of the first ones; the rest is `other`.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_http::BoundedLabel;
    ///
    /// let scheme = BoundedLabel::from_request("scheme", |request| {
    ///     request.uri().scheme_str().unwrap_or_default().into()
    /// })
    /// .label_values(["http", "https"]);
    /// ```
    #[must_use]
    pub fn label_values<V: Into<Cow<'static, str>>>(
        mut self,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.kept = Kept::Listed(values.into_iter().map(V::into).collect());
        self
    }

    fn new(name: Cow<'static, str>, source: Source) -> Self {
        Self {
            name,
            kept: Kept::First(DEFAULT_MAX_VALUES),
            source,
        }
    }
}

impl Kept {
    fn values(&self) -> LabelValues {
        match self {
            Self::First(max) => LabelValues::first(*max),
            Self::Listed(values) => LabelValues::listed(values),
        }
    }
}

/// One value of each bounded label.
pub(crate) type BoundedValues = ValuePlaces<MAX_LABELS>;

/// Bounded labels of a layer, with the values that each has had so far.
#[derive(Debug)]
pub(crate) struct BoundedLabels {
    labels: Box<[(BoundedLabel, LabelValues)]>,
    /// Combinations that are kept apart.
    combinations: Bounded<BoundedValues, bool>,
}

impl BoundedLabels {
    pub(crate) fn new(labels: Vec<BoundedLabel>, max_combinations: usize) -> Self {
        let labels = labels.into_iter().map(|label| {
            let values = label.kept.values();
            (label, values)
        });
        Self {
            labels: labels.collect(),
            combinations: Bounded::new(max_combinations),
        }
    }

    /// Returns the values from the request.
    pub(crate) fn of_request(&self, request: RequestHead<'_>) -> BoundedValues {
        let mut places = BoundedValues::default();
        for (index, (label, values)) in self.labels.iter().enumerate() {
            if let Source::Request(source) = &label.source {
                places.set(index, values, &source(request));
            }
        }
        places
    }

    /// Adds the values from the response.
    pub(crate) fn add_response(&self, response: ResponseHead<'_>, places: &mut BoundedValues) {
        for (index, (label, values)) in self.labels.iter().enumerate() {
            if let Source::Response(source) = &label.source {
                places.set(index, values, &source(response));
            }
        }
    }

    /// Returns the values, or `other` for each beyond the maximum of combinations.
    pub(crate) fn admit(&self, mut places: BoundedValues) -> BoundedValues {
        if !self.combinations.get(&places, |new| new.is_some()) {
            places.fold(0..self.labels.len());
        }
        places
    }

    /// Returns the labels with these values.
    pub(crate) fn resolve(&self, places: BoundedValues) -> impl Iterator<Item = metrics::Label> {
        let labels = self.labels.iter().enumerate();
        labels.map(move |(index, (label, values))| {
            let value = places.value(index, values).to_owned();
            metrics::Label::new(label.name.clone(), value)
        })
    }
}

/// Checks the number and length of labels and of their values.
pub(crate) fn check(labels: &[BoundedLabel]) -> Result<(), BuildError> {
    if labels.len() > MAX_LABELS {
        return Err(BuildError::new(format!(
            "{} bounded labels are too many: give {MAX_LABELS} at most",
            labels.len()
        )));
    }
    for BoundedLabel { name, kept, .. } in labels {
        let (count, listed) = match kept {
            Kept::First(max) => (*max, &[][..]),
            Kept::Listed(values) => (values.len(), &values[..]),
        };
        let what = format!("number of values of label {name:?}");
        maximum(&what, count, MAX_VALUES)?;
        if let Some(long) = listed.iter().find(|value| value.len() > MAX_VALUE_BYTES) {
            return Err(BuildError::new(format!(
                "value {long:?} of label {name:?} is too long: give {MAX_VALUE_BYTES} bytes at most"
            )));
        }
    }
    Ok(())
}

impl fmt::Debug for BoundedLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundedLabel")
            .field("name", &self.name)
            .field("kept", &self.kept)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn value_of(labels: &BoundedLabels, path: &str) -> String {
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
    fn values_beyond_the_maximum_are_other() {
        let label = BoundedLabel::from_request("path", |head| head.uri().path().into());
        let labels = BoundedLabels::new(vec![label.max_values(2)], 1_000);

        assert_eq!(value_of(&labels, "/a"), "/a");
        assert_eq!(value_of(&labels, "/b"), "/b");
        assert_eq!(value_of(&labels, "/c"), "other");
        assert_eq!(value_of(&labels, "/a"), "/a");
    }

    #[test]
    fn a_value_that_is_too_long_is_other() {
        let label = BoundedLabel::from_request("path", |head| head.uri().path().into());
        let labels = BoundedLabels::new(vec![label.max_values(1)], 1_000);

        let path = |length| format!("/{}", "a".repeat(length - 1));
        assert_eq!(value_of(&labels, &path(MAX_VALUE_BYTES + 1)), "other");
        let longest = path(MAX_VALUE_BYTES);
        assert_eq!(value_of(&labels, &longest), longest);
    }

    #[test]
    fn values_that_are_not_listed_are_other() {
        let label = BoundedLabel::from_request("path", |head| head.uri().path().into());
        let labels = BoundedLabels::new(vec![label.label_values(["/a", "/b"])], 1_000);

        assert_eq!(value_of(&labels, "/c"), "other");
        assert_eq!(value_of(&labels, "/b"), "/b");
        assert_eq!(value_of(&labels, "/a"), "/a");
    }

    #[test]
    fn combinations_beyond_the_maximum_are_other() {
        let label = |name| BoundedLabel::from_request(name, |_| "x".into());
        let labels = BoundedLabels::new(vec![label("a"), label("b")], 2);
        let values = |a: &str, b: &str| {
            let mut places = BoundedValues::default();
            places.set(0, &labels.labels[0].1, a);
            places.set(1, &labels.labels[1].1, b);
            let labels = labels.resolve(labels.admit(places));
            let labels: Vec<_> = labels.map(|label| label.value().to_owned()).collect();
            labels.join(" ")
        };

        // Twice: the first time they are met, the second time they are known.
        for _ in 0..2 {
            assert_eq!(values("x", "x"), "x x");
            assert_eq!(values("x", "y"), "x y");
            assert_eq!(values("y", "x"), "other other");
        }
    }

    #[test]
    fn a_value_from_the_response_is_empty_until_there_is_one() {
        let label = BoundedLabel::from_response("cache", |_| "hit".into());
        let labels = BoundedLabels::new(vec![label], 1_000);
        let request = Request::new(());

        let mut values = labels.of_request(RequestHead::new(&request));
        assert_eq!(labels.resolve(values).next().unwrap().value(), "");

        labels.add_response(ResponseHead::new(&http::Response::new(())), &mut values);
        assert_eq!(labels.resolve(values).next().unwrap().value(), "hit");
    }
}
