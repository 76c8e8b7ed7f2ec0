use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::{Spread, allocations::Allocations};

/// The figures of one row.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// The row's name.
    pub name: &'static str,
    /// The row it is compared with; none for a baseline.
    pub baseline: Option<&'static str>,
    /// Nanoseconds per request.
    pub ns: Spread,
    /// Nanoseconds per request beyond the baseline's; none for a baseline.
    pub added: Option<Spread>,
    /// Allocations per request.
    pub allocations: Allocations,
}

/// All figures of one run: printed as a Markdown table, kept as JSON.
#[derive(Clone, Debug)]
pub struct Report {
    /// Nanoseconds of two clock reads.
    pub clock_pair: Spread,
    /// The rows.
    pub lines: Vec<Line>,
}

impl Report {
    /// Write the JSON to `bench/<name>.json` in the target directory, and return its path.
    ///
    /// `tmp` is the `CARGO_TARGET_TMPDIR` of the benchmark: Cargo's own word on where the target
    /// directory is, however it was set.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write(&self, name: &str, tmp: &str) -> io::Result<PathBuf> {
        let directory = Path::new(tmp).with_file_name("bench");
        fs::create_dir_all(&directory)?;
        let path = directory.join(name).with_extension("json");
        fs::write(&path, format!("{:#}\n", self.json()))?;
        Ok(path)
    }

    fn json(&self) -> Value {
        let rows: Vec<Value> = self.lines.iter().map(Line::json).collect();
        json!({ "clock_pair_ns": tenths(self.clock_pair.median), "rows": rows })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clock = self.clock_pair;
        writeln!(f, "Clock pair: {}\n", Figure(clock))?;
        writeln!(
            f,
            "| {:<31} | {:>19} | {:<13} | {:>19} | {:>12} | {:>11} |",
            "row", "ns per request", "over", "added ns", "× clock pair", "allocations"
        )?;
        writeln!(
            f,
            "|:{0:-<31}-|-{0:-<19}:|:{0:-<13}-|-{0:-<19}:|-{0:-<12}:|-{0:-<11}:|",
            ""
        )?;
        for line in &self.lines {
            let added = line
                .added
                .map_or(String::new(), |added| Figure(added).to_string());
            let ratio = line.added.map_or(String::new(), |added| {
                format!("{:.1}", added.median / clock.median)
            });
            writeln!(
                f,
                "| {:<31} | {:>19} | {:<13} | {added:>19} | {ratio:>12} | {:>11} |",
                line.name,
                Figure(line.ns).to_string(),
                line.baseline.unwrap_or_default(),
                count(line.allocations),
            )?;
        }
        Ok(())
    }
}

impl Line {
    fn json(&self) -> Value {
        json!({
            "name": self.name,
            "baseline": self.baseline,
            "ns": tenths(self.ns.median),
            "added_ns": self.added.map(|added| tenths(added.median)),
            "allocs": self.allocations.median,
        })
    }
}

/// A median with its quartiles behind it.
struct Figure(Spread);

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Spread {
            lower,
            median,
            upper,
        } = self.0;
        write!(f, "{median:.0} ({lower:.0} … {upper:.0})")
    }
}

/// The exact count, and the average where they differ.
fn count(allocations: Allocations) -> String {
    let Allocations { median, mean } = allocations;
    if (mean - f64::from(median)).abs() < 0.005 {
        median.to_string()
    } else {
        format!("{median} ({mean:.2})")
    }
}

fn tenths(ns: f64) -> f64 {
    (ns * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(median: f64) -> Spread {
        Spread {
            lower: median - 1.0,
            median,
            upper: median + 1.0,
        }
    }

    fn report() -> Report {
        let line = Line {
            name: "axum/tollgate",
            baseline: Some("axum/identity"),
            ns: spread(700.04),
            added: Some(spread(40.0)),
            allocations: Allocations {
                median: 20,
                mean: 20.015,
            },
        };
        let baseline = Line {
            name: "axum/identity",
            baseline: None,
            added: None,
            ..line
        };
        Report {
            clock_pair: spread(20.0),
            lines: vec![baseline, line],
        }
    }

    #[test]
    fn json_has_the_medians() {
        let expected = json!({
            "clock_pair_ns": 20.0,
            "rows": [
                {
                    "name": "axum/identity",
                    "baseline": null,
                    "ns": 700.0,
                    "added_ns": null,
                    "allocs": 20,
                },
                {
                    "name": "axum/tollgate",
                    "baseline": "axum/identity",
                    "ns": 700.0,
                    "added_ns": 40.0,
                    "allocs": 20,
                },
            ],
        });
        assert_eq!(report().json(), expected);
    }

    #[test]
    fn the_table_has_quartiles_ratios_and_rare_allocations() {
        let table = report().to_string();
        let row = table.lines().last().unwrap_or_default();
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert_eq!(
            cells[1..7],
            [
                "axum/tollgate",
                "700 (699 … 701)",
                "axum/identity",
                "40 (39 … 41)",
                "2.0",
                "20 (20.02)",
            ]
        );
    }
}
