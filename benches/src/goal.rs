use std::fmt;

/// A figure with its upper limit.
///
/// # Examples
///
/// ```
/// use benches::Goal;
///
/// let goal = Goal::at_most("two threads, of one", 1.15, 1.02);
/// assert!(goal.is_met());
/// assert_eq!(goal.to_string(), "met: two threads, of one: 1.02 (at most 1.15)");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    what: String,
    limit: f64,
    figure: f64,
}

impl Goal {
    /// A goal that is met if `figure` is at most `limit`.
    pub fn at_most(what: impl Into<String>, limit: f64, figure: f64) -> Self {
        Self {
            what: what.into(),
            limit,
            figure,
        }
    }

    /// Returns whether the figure is within the limit.
    pub fn is_met(&self) -> bool {
        self.figure <= self.limit
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            limit,
            figure,
        } = self;
        let verdict = if self.is_met() { "met" } else { "missed" };
        write!(f, "{verdict}: {what}: {} (at most {limit})", Short(*figure))
    }
}

/// Three significant digits at most.
struct Short(f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = match self.0.abs() {
            whole if whole.fract() == 0.0 => 0,
            ..0.1 => 3,
            ..10.0 => 2,
            ..100.0 => 1,
            _ => 0,
        };
        write!(f, "{:.decimals$}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short() {
        for (figure, short) in [
            (0.0, "0"),
            (0.043_21, "0.043"),
            (2.196, "2.20"),
            (19.96, "20.0"),
            (1_234.5, "1234"),
            (1_048_576.0, "1048576"),
        ] {
            assert_eq!(Short(figure).to_string(), short);
        }
    }

    #[test]
    fn a_goal_is_missed_above_its_limit_only() {
        assert!(Goal::at_most("allocations", 0.0, 0.0).is_met());
        assert!(!Goal::at_most("of the clock pair", 2.2, 2.21).is_met());
        assert!(!Goal::at_most("of nothing", 2.2, f64::NAN).is_met());
    }
}
