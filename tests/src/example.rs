//! The workspace's examples as their users run them: built by cargo, each in its own process.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::Receiver;
use std::sync::{LazyLock, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use escargot::CargoBuild;
use rustix::process::{Pid, Signal, kill_process};

use crate::process::lines;

/// Time limit for an example to listen or to end.
const DEADLINE: Duration = Duration::from_secs(30);

/// An example that listens; it is killed when dropped.
///
/// # Examples
///
/// ```no_run
/// use tests::example::Running;
///
/// let demo = Running::start("demo", &[("METRICS_ENDPOINT", "/internal/metrics")]);
/// println!("{} serves its metrics at {}", demo.base(), demo.url("/internal/metrics"));
/// ```
#[derive(Debug)]
pub struct Running {
    child: Child,
    base: String,
    output: Vec<String>,
    lines: Receiver<String>,
}

impl Running {
    /// Builds the example, starts it on a free port and waits until it logs its address.
    ///
    /// `tests/probed` is the example `probed` in the package `tests`; other names are packages.
    ///
    /// Its environment has only `PORT=0`, `MANAGEMENT_ADDRESS=127.0.0.1:0` and `variables`, which
    /// may override them.
    ///
    /// # Panics
    ///
    /// If it cannot be built, ends, or does not listen in time.
    #[track_caller]
    pub fn start(package: &str, variables: &[(&str, &str)]) -> Self {
        Self::start_with(package, &[], variables)
    }

    /// As [`start`](Self::start), with arguments on the command line.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start).
    #[track_caller]
    pub fn start_with(package: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut child = command(package, variables)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the example was built");
        let lines = lines(child.stdout.take().expect("standard output is piped"));
        let mut running = Self {
            child,
            base: String::new(),
            output: Vec::new(),
            lines,
        };
        let line = running.line_with("listening on ");
        running.base = line.replace("listening on ", "");
        running
    }

    /// Returns the base URL, such as `http://127.0.0.1:34567`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Returns the base URL with a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Waits until a line on its standard output contains `text`, and returns the line.
    ///
    /// # Panics
    ///
    /// If no line contains it in time.
    #[track_caller]
    pub fn line_with(&mut self, text: &str) -> String {
        if let Some(line) = self.output.iter().find(|line| line.contains(text)) {
            return line.clone();
        }
        loop {
            let Ok(line) = self.lines.recv_timeout(DEADLINE) else {
                panic!("no line with {text:?} in {:#?}", self.output);
            };
            self.output.push(line.clone());
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Asks the example to end, as an operator or an orchestrator does.
    ///
    /// # Panics
    ///
    /// If it has ended already.
    #[track_caller]
    pub fn terminate(&self) {
        let sent = kill_process(Pid::from_child(&self.child), Signal::TERM);
        sent.expect("the example still runs");
    }

    /// Waits for its end; returns its exit status and all of its standard output.
    ///
    /// # Panics
    ///
    /// If it does not end in time.
    #[track_caller]
    pub fn wait(mut self) -> (ExitStatus, Vec<String>) {
        let status = wait(&mut self.child);
        let mut output = std::mem::take(&mut self.output);
        output.extend(self.lines.iter());
        (status, output)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the demo; with the recorder of metrics-exporter-prometheus if the caller is in a module named
/// after `stock`, as the tests of a `stock.rs` are.
///
/// # Panics
///
/// As [`Running::start`].
#[track_caller]
pub fn demo(module_path: &str, variables: &[(&str, &str)]) -> Running {
    let arguments: &[&str] = if module_path.contains("stock") {
        &["--stock-recorder"]
    } else {
        &[]
    };
    Running::start_with("demo", arguments, variables)
}

/// Starts an example that must refuse to run; returns its exit status and its standard error.
///
/// # Panics
///
/// If it cannot be built, or keeps running.
#[track_caller]
pub fn refused(package: &str, variables: &[(&str, &str)]) -> (ExitStatus, String) {
    refused_with(package, &[], variables)
}

/// As [`refused`], with arguments on the command line.
///
/// # Panics
///
/// As [`refused`].
#[track_caller]
pub fn refused_with(
    package: &str,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> (ExitStatus, String) {
    let mut child = command(package, variables)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the example was built");
    let status = wait(&mut child);
    let mut error = String::new();
    let mut pipe = child.stderr.take().expect("standard error is piped");
    pipe.read_to_string(&mut error).expect("it writes text");
    (status, error)
}

fn command(package: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(binary(package));
    command
        .env_clear()
        .env("PORT", "0")
        .env("MANAGEMENT_ADDRESS", "127.0.0.1:0")
        .envs(variables.iter().copied())
        .stdin(Stdio::null());
    command
}

/// Builds each example once per process: cargo's own lock serializes processes.
fn binary(package: &str) -> PathBuf {
    static BUILT: LazyLock<Mutex<BTreeMap<String, PathBuf>>> = LazyLock::new(Mutex::default);

    let mut built = BUILT.lock().expect("no build has panicked");
    if let Some(path) = built.get(package) {
        return path.clone();
    }
    let mut cargo = match package.split_once('/') {
        Some((package, example)) => CargoBuild::new().package(package).example(example),
        None => CargoBuild::new().package(package),
    };
    cargo = cargo.current_release();
    let path = cargo.run().expect("the example builds").path().to_owned();
    built.insert(package.to_owned(), path.clone());
    path
}

#[track_caller]
fn wait(child: &mut Child) -> ExitStatus {
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(status) = child.try_wait().expect("the child is ours") {
            return status;
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            panic!("the example did not end in time");
        }
        thread::sleep(Duration::from_millis(10));
    }
}
