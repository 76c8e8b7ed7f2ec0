//! Allocations per request, counted in a process of its own.
//!
//! A counting allocator costs every allocation some nanoseconds and would charge the contenders
//! that allocate most. So the benchmarks time with the system's allocator and ask the binary
//! `allocations` of this package for the counts.

use std::{collections::HashMap, error::Error, fmt, process::Command};

/// Allocations of one row per request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Allocations {
    /// The exact number in the median request.
    pub median: u32,
    /// The average, which includes allocations that come once in many requests, such as a
    /// histogram's next block of samples.
    pub mean: f64,
}

/// The exact count, and the average where they differ.
impl fmt::Display for Allocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { median, mean } = self;
        if (mean - f64::from(*median)).abs() < 0.005 {
            write!(f, "{median}")
        } else {
            write!(f, "{median} ({mean:.2})")
        }
    }
}

/// Runs `program`, the binary `allocations`, and reads its counts for each row.
///
/// # Errors
///
/// If it cannot be run, fails, or prints something else.
pub fn counted_by(program: &str) -> Result<HashMap<String, Allocations>, Box<dyn Error>> {
    let output = Command::new(program).output()?;
    if !output.status.success() {
        return Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    String::from_utf8(output.stdout)?
        .lines()
        .map(parse)
        .collect()
}

/// The line that the binary prints for a row.
pub fn line(name: &str, counted: Allocations) -> String {
    format!("{name} {} {}", counted.median, counted.mean)
}

fn parse(line: &str) -> Result<(String, Allocations), Box<dyn Error>> {
    let fields: Vec<&str> = line.split(' ').collect();
    let [name, median, mean] = fields[..] else {
        return Err(format!("not a count of allocations: {line:?}").into());
    };
    let counted = Allocations {
        median: median.parse()?,
        mean: mean.parse()?,
    };
    Ok((name.to_owned(), counted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_was_written() {
        let counted = Allocations {
            median: 18,
            mean: 18.015,
        };
        let (name, read) = parse(&line("axum/bare", counted)).unwrap();
        assert_eq!((name.as_str(), read), ("axum/bare", counted));
    }

    #[test]
    fn an_average_is_shown_where_it_differs() {
        let shown = |mean| Allocations { median: 20, mean }.to_string();
        assert_eq!(shown(20.0), "20");
        assert_eq!(shown(20.015), "20 (20.02)");
    }

    #[test]
    fn anything_else_is_an_error() {
        assert!(parse("axum/bare 18").is_err());
        assert!(parse("axum/bare many 18.0").is_err());
    }
}
