//! The bounds of a histogram's buckets.

use std::sync::Arc;

use crate::Error;

/// The bounds of a histogram's buckets, checked.
#[derive(Debug, PartialEq)]
pub(crate) struct Bounds {
    upper: Arc<[f64]>,
}

impl Bounds {
    /// The most bounds: a series has to fit in a block of cells.
    const LIMIT: usize = 512;

    /// The number of bounds from which a binary search is faster.
    const LINEAR: usize = 35;

    pub(crate) fn new(upper: &[f64]) -> Result<Self, Error> {
        // A written `+Inf` is the bucket that every histogram has.
        let upper = upper.strip_suffix(&[f64::INFINITY]).unwrap_or(upper);
        let problem = if upper.is_empty() {
            "has no bounds: give at least one".to_owned()
        } else if upper.len() > Self::LIMIT {
            format!("has {} bounds: give at most {}", upper.len(), Self::LIMIT)
        } else if let Some(bound) = upper.iter().find(|bound| !bound.is_finite()) {
            format!("has the bound {bound}: give finite numbers")
        } else if let Some((a, b)) = upper.iter().zip(&upper[1..]).find(|(a, b)| a >= b) {
            format!("has {a} before {b}: give each bound once, the lowest first")
        } else {
            return Ok(Self {
                upper: upper.into(),
            });
        };
        Err(Error::setting(format!("a list of buckets {problem}")))
    }

    /// Returns the bucket that counts `value`. NaN is below no bound.
    #[inline]
    pub(crate) fn bucket(&self, value: f64) -> usize {
        if self.upper.len() < Self::LINEAR {
            self.upper
                .iter()
                .position(|&bound| value <= bound)
                .unwrap_or(self.upper.len())
        } else if value.is_nan() {
            self.upper.len()
        } else {
            self.upper.partition_point(|&bound| bound < value)
        }
    }

    /// Returns the upper bounds, without `+Inf`.
    pub(crate) fn upper(&self) -> &Arc<[f64]> {
        &self.upper
    }

    /// Returns the position of the sum among a histogram's words: the one after the buckets.
    pub(crate) fn sum(&self) -> usize {
        self.upper.len() + 1
    }

    /// Returns the number of words of a histogram.
    pub(crate) fn words(&self) -> u16 {
        u16::try_from(self.sum() + 1).unwrap_or(u16::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::Bounds;

    #[test]
    fn value_falls_into_the_first_bucket_that_reaches_it() {
        for len in [1_u16, 3, 34, 35, 512] {
            let upper: Vec<_> = (0..len).map(f64::from).collect();
            let bounds = Bounds::new(&upper).unwrap();
            for (bucket, bound) in upper.iter().enumerate() {
                assert_eq!(bounds.bucket(*bound), bucket);
                assert_eq!(bounds.bucket(bound + 0.5), bucket + 1);
            }
            assert_eq!(bounds.bucket(f64::NEG_INFINITY), 0);
            for beyond in [f64::INFINITY, f64::NAN, -f64::NAN, 1e9] {
                assert_eq!(bounds.bucket(beyond), usize::from(len));
            }
        }
    }

    #[test]
    fn last_bound_is_always_infinity() {
        let bounds = Bounds::new(&[0.005, 1.0, f64::INFINITY]).unwrap();
        assert_eq!(bounds, Bounds::new(&[0.005, 1.0]).unwrap());
        assert_eq!((&**bounds.upper(), bounds.words()), (&[0.005, 1.0][..], 4));
    }

    #[test]
    fn invalid_bounds_are_refused_with_the_fix() {
        let too_many: Vec<_> = (0..513).map(f64::from).collect();
        for (bounds, message) in [
            (&[][..], "has no bounds: give at least one"),
            (&[f64::INFINITY], "has no bounds: give at least one"),
            (&[1.0, f64::NAN], "has the bound NaN: give finite numbers"),
            (
                &[f64::NEG_INFINITY, 1.0],
                "has the bound -inf: give finite numbers",
            ),
            (
                &[2.0, 1.0],
                "has 2 before 1: give each bound once, the lowest first",
            ),
            (
                &[1.0, 1.0],
                "has 1 before 1: give each bound once, the lowest first",
            ),
            (&too_many, "has 513 bounds: give at most 512"),
        ] {
            let error = Bounds::new(bounds).unwrap_err();
            assert_eq!(error.to_string(), format!("a list of buckets {message}"));
        }
    }
}
