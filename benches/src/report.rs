use std::{
    error::Error,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};

use crate::{Goal, is_measured, table::Table};

/// The findings of a benchmark: printed as a Markdown table with the goals below it, kept as JSON.
///
/// # Examples
///
/// ```
/// use benches::{Goal, Report};
/// use serde_json::json;
///
/// let mut report = Report::new(&["row", "ns"]);
/// report.row(vec!["layer/tollgate".to_owned(), "64".to_owned()]);
/// report.json(json!({ "name": "layer/tollgate", "ns": 64.0 }));
/// report.goal(Goal::at_most("nanoseconds", 100.0, 64.0));
/// assert!(report.to_string().ends_with("- met: nanoseconds: 64 (at most 100)\n"));
/// ```
#[derive(Clone, Debug)]
pub struct Report {
    table: Table,
    facts: Map<String, Value>,
    rows: Vec<Value>,
    goals: Vec<Goal>,
}

impl Report {
    /// A report whose table has these columns.
    pub fn new(columns: &[&str]) -> Self {
        Self {
            table: Table::new(columns),
            facts: Map::new(),
            rows: Vec::new(),
            goals: Vec::new(),
        }
    }

    /// Adds a row to the table, a cell for each column.
    pub fn row(&mut self, cells: Vec<String>) {
        self.table.push(cells);
    }

    /// Adds a row to the JSON. The table may have fewer rows.
    pub fn json(&mut self, row: Value) {
        self.rows.push(row);
    }

    /// Adds other values, to the JSON only.
    pub fn fact(&mut self, name: &str, value: impl Into<Value>) {
        self.facts.insert(name.to_owned(), value.into());
    }

    /// Adds a goal, which is printed only.
    pub fn goal(&mut self, goal: Goal) {
        self.goals.push(goal);
    }

    /// Prints the report and writes the JSON to `bench/<name>.json` in the target directory, if
    /// anything [is measured](is_measured).
    ///
    /// `tmp` is the `CARGO_TARGET_TMPDIR` of the benchmark, which leads to the target directory
    /// however that was set.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn publish(&self, name: &str, tmp: &str) -> Result<(), Box<dyn Error>> {
        if is_measured() {
            println!("{self}\n{}", self.write(name, tmp)?.display());
        } else {
            println!("{} rows run; cargo bench measures them", self.rows.len());
        }
        Ok(())
    }

    fn write(&self, name: &str, tmp: &str) -> io::Result<PathBuf> {
        let directory = Path::new(tmp).with_file_name("bench");
        fs::create_dir_all(&directory)?;
        let path = directory.join(name).with_extension("json");
        fs::write(&path, format!("{:#}\n", self.value()))?;
        Ok(path)
    }

    fn value(&self) -> Value {
        let mut value = self.facts.clone();
        value.insert("rows".to_owned(), Value::Array(self.rows.clone()));
        Value::Object(value)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.table)?;
        if !self.goals.is_empty() {
            writeln!(f)?;
        }
        self.goals
            .iter()
            .try_for_each(|goal| writeln!(f, "- {goal}"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_has_facts_and_rows() {
        let mut report = Report::new(&["row"]);
        report.fact("clock_pair_ns", 20.0);
        for name in ["axum/identity", "axum/tollgate"] {
            report.row(vec![name.to_owned()]);
            report.json(json!({ "name": name }));
        }
        let expected = json!({
            "clock_pair_ns": 20.0,
            "rows": [{ "name": "axum/identity" }, { "name": "axum/tollgate" }],
        });
        assert_eq!(report.value(), expected);
    }

    #[test]
    fn goals_come_below_the_table() {
        let mut report = Report::new(&["row"]);
        report.row(vec!["axum/tollgate".to_owned()]);
        assert!(report.to_string().ends_with("| axum/tollgate |\n"));
        report.goal(Goal::at_most("allocations", 0.0, 2.0));
        assert!(
            report
                .to_string()
                .ends_with("| axum/tollgate |\n\n- missed: allocations: 2 (at most 0)\n")
        );
    }
}
