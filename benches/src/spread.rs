use std::fmt;

/// The middle of many figures: their median and their quartiles.
///
/// A busy machine only ever adds to a measured time, so a mean would follow the worst rounds; the
/// quartiles show the noise of the run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// A quarter of the figures is below this one.
    pub lower: f64,
    /// Half of the figures is below this one.
    pub median: f64,
    /// A quarter of the figures is above this one.
    pub upper: f64,
}

impl Spread {
    /// The spread of `figures`.
    ///
    /// # Panics
    ///
    /// If there are none.
    pub fn of(mut figures: Vec<f64>) -> Self {
        assert!(!figures.is_empty(), "a spread needs at least one figure");
        figures.sort_unstable_by(f64::total_cmp);
        let last = figures.len() - 1;
        Self {
            lower: figures[last / 4],
            median: f64::midpoint(figures[last / 2], figures[last.div_ceil(2)]),
            upper: figures[last - last / 4],
        }
    }

    /// The spread in another unit.
    #[must_use]
    pub fn map(self, convert: impl Fn(f64) -> f64) -> Self {
        Self {
            lower: convert(self.lower),
            median: convert(self.median),
            upper: convert(self.upper),
        }
    }

    /// The median to a tenth, as the JSON has it.
    pub fn tenths(self) -> f64 {
        (self.median * 10.0).round() / 10.0
    }
}

/// The median, with the quartiles behind it.
impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            lower,
            median,
            upper,
        } = self;
        let decimals = usize::from(median.abs() < 10.0);
        write!(
            f,
            "{median:.decimals$} ({lower:.decimals$} … {upper:.decimals$})"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlier_moves_neither_median_nor_quartiles() {
        let spread = Spread::of(vec![3.0, 1.0, 5.0, 2.0, 1e9]);
        assert_eq!((spread.lower, spread.median, spread.upper), (2.0, 3.0, 5.0));
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        assert!((Spread::of(vec![1.0, 2.0, 4.0, 8.0]).median - 3.0).abs() < f64::EPSILON);
    }

    #[test]
    fn it_is_shown_as_precisely_as_it_says_something() {
        let shown = |figures: &[f64]| Spread::of(figures.to_vec()).to_string();
        assert_eq!(shown(&[699.0, 700.04, 701.0]), "700 (699 … 701)");
        assert_eq!(shown(&[1.04, 2.26, 3.0]), "2.3 (1.0 … 3.0)");
    }

    #[test]
    #[should_panic(expected = "at least one figure")]
    fn nothing_has_no_spread() {
        Spread::of(Vec::new());
    }
}
