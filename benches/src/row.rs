use std::fmt;

/// A row of a table: work that can be done any number of times, and the row that its cost is
/// compared with.
///
/// # Examples
///
/// ```
/// use benches::Row;
///
/// let row = Row::new("axum/tollgate", |requests| {
///     for _ in 0..requests {
///         // send one
///     }
/// })
/// .over("axum/identity");
/// assert_eq!(row.baseline(), Some("axum/identity"));
/// ```
pub struct Row {
    name: &'static str,
    baseline: Option<&'static str>,
    run: Box<dyn FnMut(u32)>,
}

impl Row {
    /// Returns a row named `name`; `run(count)` does its work `count` times.
    pub fn new(name: &'static str, run: impl FnMut(u32) + 'static) -> Self {
        Self {
            name,
            baseline: None,
            run: Box::new(run),
        }
    }

    /// Compares with the row named `baseline`.
    #[must_use]
    pub fn over(mut self, baseline: &'static str) -> Self {
        self.baseline = Some(baseline);
        self
    }

    /// The name in the table.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The row that this one is compared with; none for a baseline.
    pub fn baseline(&self) -> Option<&'static str> {
        self.baseline
    }

    /// Does the work `count` times.
    pub fn run(&mut self, count: u32) {
        (self.run)(count);
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("name", &self.name)
            .field("baseline", &self.baseline)
            .finish_non_exhaustive()
    }
}
