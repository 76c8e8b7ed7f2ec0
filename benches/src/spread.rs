/// The middle of many figures: their median and their quartiles.
///
/// A busy machine only ever adds to a measured time, so a mean would follow the worst rounds; the
/// quartiles show how noisy the run was.
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
    #[should_panic(expected = "at least one figure")]
    fn nothing_has_no_spread() {
        Spread::of(Vec::new());
    }
}
