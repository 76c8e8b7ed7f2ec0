//! Labels of the user's own, bounded in how many values each can have.

mod values;

use std::{borrow::Cow, fmt, sync::Arc};

use http::HeaderName;

pub(crate) use self::values::{ExtraLabels, ExtraValues, MAX_EXTRA_LABELS, MAX_VALUE_BYTES};

use crate::{RequestHead, ResponseHead};

/// How many values an extra label can have.
pub(crate) const MAX_EXTRA_VALUES: usize = 1_000;

const DEFAULT_LIMIT: usize = 100;

type FromRequest = dyn Fn(RequestHead<'_>) -> Cow<'_, str> + Send + Sync;
type FromResponse = dyn Fn(ResponseHead<'_>) -> Cow<'_, str> + Send + Sync;

/// A label of the user's own on the duration and the total of a request.
///
/// A client that chooses values is bounded in what it can leave:
///
/// - The first values that are seen, up to the [`limit`](Self::limit), are kept; every later one
///   is `other`. With a list of [`values`](Self::values) no client can take the places of others.
/// - A value of more than 128 bytes is `other`.
/// - All labels together have a bounded number of
///   [combinations](crate::RequestMetricsBuilder::extra_combination_cap).
///
/// A value that is known only from the response is empty where there was none.
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
///
/// let cache = ExtraLabel::from_response("cache", |response| {
///     if response.headers().contains_key("age") { "hit" } else { "miss" }.into()
/// });
/// ```
#[derive(Clone)]
pub struct ExtraLabel {
    pub(crate) name: Cow<'static, str>,
    pub(crate) kept: Kept,
    source: Source,
}

/// The values of a label that are not folded into one.
#[derive(Debug, Clone)]
pub(crate) enum Kept {
    /// The first that come.
    First(usize),
    /// None but these.
    Only(Vec<Cow<'static, str>>),
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

    /// Takes the label's value from a header of the request, if it is one of these; whatever else it
    /// says is `other`, and so is its absence.
    ///
    /// # Examples
    ///
    /// The events that a webhook brings, under a name of their own:
    ///
    /// ```
    /// use http::HeaderName;
    /// use tollgate_http::{ExtraLabel, Label, Metric, RequestMetricsLayer};
    ///
    /// let event = HeaderName::from_static("x-github-event");
    /// let layer = RequestMetricsLayer::builder()
    ///     .extra_label(ExtraLabel::from_header("event", event, ["push", "pull_request", "ping"]))
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
            let value = value.and_then(|value| value.to_str().ok());
            value.unwrap_or_default().into()
        })
        .values(values)
    }

    /// Keeps this many different values, 100 unless given and 1,000 at most; the rest is `other`.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.kept = Kept::First(limit);
        self
    }

    /// Keeps these values, 1,000 at most, in place of the first that come; the rest is `other`.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_http::ExtraLabel;
    ///
    /// let scheme = ExtraLabel::from_request("scheme", |request| {
    ///     request.uri().scheme_str().unwrap_or_default().into()
    /// })
    /// .values(["http", "https"]);
    /// ```
    #[must_use]
    pub fn values<V: Into<Cow<'static, str>>>(
        mut self,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.kept = Kept::Only(values.into_iter().map(V::into).collect());
        self
    }

    fn new(name: Cow<'static, str>, source: Source) -> Self {
        Self {
            name,
            kept: Kept::First(DEFAULT_LIMIT),
            source,
        }
    }
}

impl Kept {
    /// How many values are kept.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::First(limit) => *limit,
            Self::Only(values) => values.len(),
        }
    }
}

impl fmt::Debug for ExtraLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExtraLabel")
            .field("name", &self.name)
            .field("kept", &self.kept)
            .finish_non_exhaustive()
    }
}
