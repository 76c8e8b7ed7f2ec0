//! What a histogram is kept as, by its name.

use std::{cmp::Reverse, sync::Arc};

use crate::{Error, ErrorKind, bounds::Bounds, names};

/// Which histograms a setting is for, by the name that they are registered with.
///
/// If several match, a full name goes before a prefix, and a prefix before a suffix; among the
/// same, the longest.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Matcher {
    /// The one with this name.
    Full(String),
    /// All whose name starts so.
    Prefix(String),
    /// All whose name ends so.
    Suffix(String),
}

impl Matcher {
    /// The same for names that were made valid.
    pub(crate) fn sanitized(self) -> Self {
        match self {
            Self::Full(full) => Self::Full(names::metric(&full).into_owned()),
            // All names have these, also where a prefix or suffix would be invalid alone.
            Self::Prefix(empty) | Self::Suffix(empty) if empty.is_empty() => Self::Prefix(empty),
            Self::Prefix(prefix) => Self::Prefix(names::metric(&prefix).into_owned()),
            Self::Suffix(suffix) => {
                Self::Suffix(names::metric(&format!("_{suffix}"))[1..].to_owned())
            }
        }
    }

    fn matches(&self, name: &str) -> bool {
        match self {
            Self::Full(full) => name == full,
            Self::Prefix(prefix) => name.starts_with(prefix.as_str()),
            Self::Suffix(suffix) => name.ends_with(suffix.as_str()),
        }
    }

    /// The higher the more exact.
    fn rank(&self) -> (u8, usize) {
        match self {
            Self::Full(full) => (2, full.len()),
            Self::Prefix(prefix) => (1, prefix.len()),
            Self::Suffix(suffix) => (0, suffix.len()),
        }
    }
}

/// A [native histogram]: exponential buckets that need no bounds.
///
/// Only the protobuf format carries one whole. In the text formats it has the bucket `+Inf` alone,
/// with its count and sum.
///
/// [native histogram]: https://prometheus.io/docs/specs/native_histograms/
///
/// # Examples
///
/// ```
/// use tollgate_recorder::{Matcher, NativeHistogram, RecorderBuilder};
///
/// let native = NativeHistogram::new().schema(5).max_buckets(300);
/// let builder = RecorderBuilder::new().native_histogram_for(Matcher::Suffix("_seconds".into()), native);
/// # builder.build()?;
/// # Ok::<(), tollgate_recorder::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct NativeHistogram {
    pub(crate) schema: i32,
    pub(crate) max_buckets: usize,
}

impl NativeHistogram {
    /// Creates one of schema 3, with at most 160 buckets.
    pub const fn new() -> Self {
        Self {
            schema: 3,
            max_buckets: 160,
        }
    }

    /// Sets how fine the buckets are: each ends at 2^(2^-`schema`) times the one before.
    ///
    /// From -4 (65,536 times) to 8 (1.0027 times).
    pub const fn schema(mut self, schema: i32) -> Self {
        self.schema = schema;
        self
    }

    /// Sets how many buckets a series may fill before its schema is lowered by one, which makes two
    /// buckets one.
    ///
    /// At schema -4, where all finite numbers fit into 146 buckets, it is not lowered any more.
    pub const fn max_buckets(mut self, buckets: usize) -> Self {
        self.max_buckets = buckets;
        self
    }

    fn check(self) -> Result<Self, Error> {
        let Self {
            schema,
            max_buckets,
        } = self;
        let problem = if !(-4..=8).contains(&schema) {
            format!("the schema {schema}: give one from -4 to 8")
        } else if max_buckets == 0 {
            "no buckets: give at least one".to_owned()
        } else {
            return Ok(self);
        };
        Err(Error::new(
            ErrorKind::NativeHistogram,
            format!("a native histogram has {problem}"),
        ))
    }
}

impl Default for NativeHistogram {
    fn default() -> Self {
        Self::new()
    }
}

/// What a histogram is kept as.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Buckets(Arc<Bounds>),
    Summary(Arc<[f64]>),
    Native(NativeHistogram),
}

impl Shape {
    pub(crate) fn buckets(bounds: &[f64]) -> Result<Self, Error> {
        Ok(Self::Buckets(Arc::new(Bounds::new(bounds)?)))
    }

    pub(crate) fn summary(quantiles: &[f64]) -> Result<Self, Error> {
        let problem = if quantiles.is_empty() {
            "no quantiles: give at least one".to_owned()
        } else if let Some(quantile) = quantiles
            .iter()
            .find(|quantile| !(0.0..=1.0).contains(*quantile))
        {
            format!("the quantile {quantile}: give numbers from 0 to 1")
        } else if let Some((a, b)) = quantiles.iter().zip(&quantiles[1..]).find(|(a, b)| a >= b) {
            format!("the quantile {a} before {b}: give each once, the lowest first")
        } else {
            return Ok(Self::Summary(quantiles.into()));
        };
        Err(Error::new(
            ErrorKind::Quantiles,
            format!("a summary has {problem}"),
        ))
    }

    pub(crate) fn native(settings: NativeHistogram) -> Result<Self, Error> {
        settings.check().map(Self::Native)
    }
}

/// Which histogram has which shape.
#[derive(Clone, Debug)]
pub(crate) struct Shapes {
    default: Shape,
    /// The most exact first.
    overrides: Vec<(Matcher, Shape)>,
}

impl Shapes {
    pub(crate) fn new(default: Shape, mut overrides: Vec<(Matcher, Shape)>) -> Self {
        // Of two for the same matcher the one that was given last counts.
        overrides.reverse();
        overrides.sort_by_key(|(matcher, _)| Reverse(matcher.rank()));
        Self { default, overrides }
    }

    pub(crate) fn of(&self, name: &str) -> &Shape {
        let mut overrides = self.overrides.iter();
        overrides
            .find(|(matcher, _)| matcher.matches(name))
            .map_or(&self.default, |(_, shape)| shape)
    }
}

#[cfg(test)]
mod tests {
    use super::{Matcher, NativeHistogram, Shape, Shapes};

    fn summary(quantile: f64) -> Shape {
        Shape::summary(&[quantile]).unwrap()
    }

    #[test]
    fn most_specific_override_wins() {
        let shapes = Shapes::new(
            summary(0.0),
            vec![
                (Matcher::Suffix("_seconds".into()), summary(0.1)),
                (Matcher::Prefix("http_".into()), summary(0.2)),
                (Matcher::Prefix("http_client_".into()), summary(0.3)),
                (Matcher::Full("http_client_seconds".into()), summary(0.4)),
                (Matcher::Full("twice".into()), summary(0.5)),
                (Matcher::Full("twice".into()), summary(0.6)),
            ],
        );
        for (name, quantile) in [
            ("other", 0.0),
            ("db_seconds", 0.1),
            ("http_seconds", 0.2),
            ("http_client_wait_seconds", 0.3),
            ("http_client_seconds", 0.4),
            ("twice", 0.6),
        ] {
            assert_eq!(
                format!("{:?}", shapes.of(name)),
                format!("{:?}", summary(quantile)),
                "{name}"
            );
        }
    }

    #[test]
    fn matchers_are_sanitized_like_names() {
        for (matcher, sanitized) in [
            (
                Matcher::Full("http.seconds".into()),
                Matcher::Full("http_seconds".into()),
            ),
            (
                Matcher::Prefix("http.".into()),
                Matcher::Prefix("http_".into()),
            ),
            (
                Matcher::Suffix(".2xx".into()),
                Matcher::Suffix("_2xx".into()),
            ),
            (Matcher::Suffix("2xx".into()), Matcher::Suffix("2xx".into())),
            (
                Matcher::Suffix(String::new()),
                Matcher::Prefix(String::new()),
            ),
        ] {
            assert_eq!(matcher.sanitized(), sanitized);
        }
    }

    #[test]
    fn invalid_settings_are_refused_with_the_fix() {
        let native = NativeHistogram::new();
        for (shape, message) in [
            (
                Shape::summary(&[]),
                "a summary has no quantiles: give at least one",
            ),
            (
                Shape::summary(&[1.5]),
                "a summary has the quantile 1.5: give numbers from 0 to 1",
            ),
            (
                Shape::summary(&[f64::NAN]),
                "a summary has the quantile NaN: give numbers from 0 to 1",
            ),
            (
                Shape::summary(&[0.9, 0.5]),
                "a summary has the quantile 0.9 before 0.5: give each once, the lowest first",
            ),
            (
                Shape::native(native.schema(9)),
                "a native histogram has the schema 9: give one from -4 to 8",
            ),
            (
                Shape::native(native.max_buckets(0)),
                "a native histogram has no buckets: give at least one",
            ),
        ] {
            assert_eq!(shape.unwrap_err().to_string(), message);
        }
    }
}
