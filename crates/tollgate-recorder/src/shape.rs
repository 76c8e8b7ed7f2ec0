//! The form in which a histogram is kept, by its name and unit.

use std::sync::{Arc, LazyLock};

use metrics::Unit;
use tollgate_families::{BYTES_BUCKETS, SECONDS_BUCKETS, suggested_bounds};

use crate::{Error, bounds::Bounds, names};

/// Names of histograms that a setting applies to.
///
/// If several match, a full name wins over a prefix, and a prefix over a suffix; among the same, the
/// longest wins.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Matcher {
    /// The histogram with this name.
    Full(String),
    /// All histograms whose name starts with this.
    Prefix(String),
    /// All histograms whose name ends with this.
    Suffix(String),
}

impl Matcher {
    /// Returns the matcher for names that were made valid.
    pub(crate) fn sanitized(self) -> Self {
        match self {
            Self::Full(full) => Self::Full(names::metric(&full).into_owned()),
            // Every name starts and ends with nothing, which would be invalid alone.
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

    /// Returns a rank: the higher the more exact.
    fn rank(&self) -> (u8, usize) {
        match self {
            Self::Full(full) => (2, full.len()),
            Self::Prefix(prefix) => (1, prefix.len()),
            Self::Suffix(suffix) => (0, suffix.len()),
        }
    }
}

/// The form in which a histogram is kept.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Buckets(Arc<Bounds>),
    Summary(Arc<[f64]>),
    /// With schema and maximum number of buckets.
    Native((i32, usize)),
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
        Err(Error::setting(format!("a summary has {problem}")))
    }

    pub(crate) fn native(schema: i32, max_buckets: usize) -> Result<Self, Error> {
        let problem = if !(-4..=8).contains(&schema) {
            format!("the schema {schema}: give one from -4 to 8")
        } else if max_buckets == 0 {
            "no buckets: give at least one".to_owned()
        } else {
            return Ok(Self::Native((schema, max_buckets)));
        };
        Err(Error::setting(format!("a native histogram has {problem}")))
    }
}

// Shared by all families: a scrape writes the labels of the same bounds only once.
static SECONDS: LazyLock<Shape> = LazyLock::new(|| default_buckets(&SECONDS_BUCKETS));
static BYTES: LazyLock<Shape> = LazyLock::new(|| default_buckets(&BYTES_BUCKETS));

fn default_buckets(bounds: &[f64]) -> Shape {
    Shape::buckets(bounds).expect("the default bounds are valid")
}

/// The shapes of all histograms.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shapes {
    pub(crate) by_name: Vec<(Matcher, Shape)>,
    /// The shape of everything in seconds.
    pub(crate) seconds: Option<Shape>,
    /// The shape of everything else, whatever its unit.
    pub(crate) others: Option<Shape>,
}

impl Shapes {
    /// Returns the shape of a histogram that is registered right now, with the unit that it is
    /// described with.
    pub(crate) fn of(&self, name: &str, unit: Option<Unit>) -> Shape {
        let by_name = self.by_name.iter().filter(|(of, _)| of.matches(name));
        // Of two settings for the same matcher the last one wins.
        if let Some((_, shape)) = by_name.max_by_key(|(matcher, _)| matcher.rank()) {
            return shape.clone();
        }
        let is_in = |of: Unit, ending: &str| match unit {
            Some(unit) => unit == of,
            None => name.ends_with(ending),
        };
        let seconds = self.seconds.clone();
        seconds
            .filter(|_| is_in(Unit::Seconds, "_seconds"))
            .or_else(|| Shape::buckets(suggested_bounds()?).ok())
            .or_else(|| self.others.clone())
            .unwrap_or_else(|| {
                let is_bytes = is_in(Unit::Bytes, "_bytes");
                let default = if is_bytes { &BYTES } else { &SECONDS };
                Shape::clone(default)
            })
    }
}

#[cfg(test)]
mod tests {
    use metrics::Unit;

    use super::{BYTES_BUCKETS, Matcher, SECONDS_BUCKETS, Shape, Shapes};

    fn summary(quantile: f64) -> Shape {
        Shape::summary(&[quantile]).unwrap()
    }

    #[track_caller]
    fn assert_shape(shapes: &Shapes, (name, unit): (&str, Option<Unit>), shape: &Shape) {
        let found = shapes.of(name, unit);
        assert_eq!(
            format!("{found:?}"),
            format!("{shape:?}"),
            "{name} {unit:?}"
        );
    }

    #[test]
    fn most_specific_name_wins() {
        let by_name = vec![
            (Matcher::Suffix("_seconds".into()), summary(0.1)),
            (Matcher::Prefix("http_".into()), summary(0.2)),
            (Matcher::Prefix("http_client_".into()), summary(0.3)),
            (Matcher::Full("http_client_seconds".into()), summary(0.4)),
            (Matcher::Full("twice".into()), summary(0.5)),
            (Matcher::Full("twice".into()), summary(0.6)),
        ];
        let shapes = Shapes {
            by_name,
            seconds: None,
            others: Some(summary(0.0)),
        };
        for (name, quantile) in [
            ("other", 0.0),
            ("db_seconds", 0.1),
            ("http_seconds", 0.2),
            ("http_client_wait_seconds", 0.3),
            ("http_client_seconds", 0.4),
            ("twice", 0.6),
        ] {
            assert_shape(&shapes, (name, None), &summary(quantile));
        }
    }

    #[test]
    fn name_wins_over_seconds_and_seconds_over_all_others() {
        let by_name = vec![(Matcher::Suffix("wait_seconds".into()), summary(0.1))];
        let shapes = Shapes {
            by_name,
            seconds: Some(summary(0.2)),
            others: Some(summary(0.3)),
        };
        for (name, unit, quantile) in [
            ("wait_seconds", Some(Unit::Bytes), 0.1),
            ("job_seconds", None, 0.2),
            ("job", Some(Unit::Seconds), 0.2),
            ("job_seconds", Some(Unit::Count), 0.3),
            ("job_bytes", None, 0.3),
            ("seconds", None, 0.3),
        ] {
            assert_shape(&shapes, (name, unit), &summary(quantile));
        }
    }

    #[test]
    fn unit_decides_if_nothing_is_set() {
        let shapes = Shapes::default();
        let [seconds, bytes] =
            [&SECONDS_BUCKETS[..], &BYTES_BUCKETS].map(|of| Shape::buckets(of).unwrap());
        for (name, unit, shape) in [
            ("wait_seconds", None, &seconds),
            ("size_bytes", None, &bytes),
            ("size", Some(Unit::Bytes), &bytes),
            ("size_bytes", Some(Unit::Seconds), &seconds),
            ("bytes", None, &seconds),
            ("rows", None, &seconds),
            ("size_kilobytes", Some(Unit::Kibibytes), &seconds),
        ] {
            assert_shape(&shapes, (name, unit), shape);
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
                Shape::native(9, 160),
                "a native histogram has the schema 9: give one from -4 to 8",
            ),
            (
                Shape::native(3, 0),
                "a native histogram has no buckets: give at least one",
            ),
        ] {
            assert_eq!(shape.unwrap_err().to_string(), message);
        }
    }
}
