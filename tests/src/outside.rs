//! Programs and Python packages that tests need from outside of cargo.
//!
//! Without one, its test logs the command that installs it and is skipped; with `CI=true` it fails.

use std::env;
use std::io::{self, Write};
use std::process::{Command, Stdio};

/// Returns a program that `install` provides, or `None` if it is missing.
///
/// # Panics
///
/// If it is missing and the variable `CI` is `true`.
///
/// # Examples
///
/// ```no_run
/// use tests::outside;
///
/// let Some(mut promtool) = outside::program("promtool", "apt-get install prometheus") else {
///     return;
/// };
/// promtool.args(["check", "metrics"]);
/// ```
#[track_caller]
pub fn program(name: &str, install: &str) -> Option<Command> {
    let mut probe = Command::new(name);
    probe.arg("--version");
    found_or_skip(probe, name, install).then(|| Command::new(name))
}

/// Returns Python with a package that `install` provides, or `None` if one of them is missing.
///
/// # Panics
///
/// If it is missing and the variable `CI` is `true`.
#[track_caller]
pub fn python_with(package: &str, install: &str) -> Option<Command> {
    let mut probe = Command::new("python3");
    probe.args(["-c", &format!("import {package}")]);
    found_or_skip(probe, package, install).then(|| Command::new("python3"))
}

#[track_caller]
fn found_or_skip(probe: Command, name: &str, install: &str) -> bool {
    let is_ci = env::var_os("CI").is_some_and(|value| value == "true");
    let found = runs(probe);
    if !found {
        // Not `eprintln`: the test harness captures it and drops it when the test passes.
        skip(
            &format!("{name} is missing: {install}"),
            is_ci,
            &mut io::stderr(),
        );
    }
    found
}

fn runs(mut probe: Command) -> bool {
    probe
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}

#[track_caller]
fn skip(reason: &str, is_ci: bool, log: &mut impl Write) {
    assert!(!is_ci, "{reason}");
    let _ = writeln!(log, "skipped, {reason}");
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{runs, skip};

    #[test]
    fn only_a_command_that_succeeds_counts_as_present() {
        let cargo = |argument| {
            let mut cargo = Command::new(env!("CARGO"));
            cargo.arg(argument);
            cargo
        };
        assert!(runs(cargo("--version")));
        assert!(!runs(cargo("--nothing-like-it")));
        assert!(!runs(Command::new("/nowhere/to-be-found")));
    }

    #[test]
    fn skipped_test_logs_one_line() {
        let mut log = Vec::new();
        skip(
            "promtool is missing: apt-get install prometheus",
            false,
            &mut log,
        );
        assert_eq!(
            log,
            b"skipped, promtool is missing: apt-get install prometheus\n"
        );
    }

    #[test]
    #[should_panic(expected = "promtool is missing: apt-get install prometheus")]
    fn missing_program_fails_in_ci() {
        skip(
            "promtool is missing: apt-get install prometheus",
            true,
            &mut Vec::new(),
        );
    }
}
