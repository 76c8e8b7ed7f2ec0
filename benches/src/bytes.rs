//! Memory of a row, counted in a process of its own.
//!
//! Memory that one row frees would be reused by the next, so the benchmark `memory` runs the binary
//! `memory` of this package for each row.

use std::{error::Error, fs, process::Command};

/// Runs `program`, the binary `memory`, for the figures of one row, names and bytes. `requests` is
/// the number of requests of a growth row.
///
/// # Errors
///
/// If it cannot be run, fails, or prints something else.
pub fn counted_by(
    program: &str,
    row: &str,
    requests: u32,
) -> Result<Vec<(String, i64)>, Box<dyn Error>> {
    let requests = requests.to_string();
    let output = Command::new(program).args([row, &requests]).output()?;
    if !output.status.success() {
        return Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    String::from_utf8(output.stdout)?
        .lines()
        .map(parse)
        .collect()
}

/// The line that the binary prints for a figure.
pub fn line(name: &str, bytes: i64) -> String {
    format!("{name} {bytes}")
}

/// Resident memory of this process, as Linux counts it.
///
/// # Errors
///
/// If the system does not provide it.
pub fn resident() -> Result<i64, Box<dyn Error>> {
    let rollup = fs::read_to_string("/proc/self/smaps_rollup")?;
    let fields = rollup.lines().find_map(|line| line.strip_prefix("Rss:"));
    let kilobytes = fields.and_then(|fields| fields.trim().strip_suffix(" kB"));
    Ok(kilobytes
        .ok_or("no resident set in smaps_rollup")?
        .parse::<i64>()?
        * 1024)
}

fn parse(line: &str) -> Result<(String, i64), Box<dyn Error>> {
    let (name, bytes) = line
        .split_once(' ')
        .ok_or_else(|| format!("not a figure of memory: {line:?}"))?;
    Ok((name.to_owned(), bytes.parse()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_was_written() {
        let read = parse(&line("growth/tollgate", -4096)).unwrap();
        assert_eq!(read, ("growth/tollgate".to_owned(), -4096));
        assert!(parse("growth/tollgate").is_err());
        assert!(parse("growth/tollgate much").is_err());
    }

    #[test]
    fn this_process_is_in_memory() {
        assert!(resident().unwrap() > 0);
    }
}
