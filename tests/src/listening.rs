//! Prometheus' own servers as processes of a test: each listens on a free port and says where.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// How long a server may take to start.
const DEADLINE: Duration = Duration::from_mins(1);

/// A server that is killed when dropped.
#[derive(Debug)]
pub struct Listening {
    address: String,
    _process: Process,
}

impl Listening {
    /// Starts a server of Prometheus' family, which share their options, on a free port.
    ///
    /// # Panics
    ///
    /// If it does not start.
    #[track_caller]
    pub fn start(mut server: Command) -> Self {
        let process = server
            .args(["--web.listen-address=127.0.0.1:0", "--log.format=json"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let mut process = Process(process.unwrap());
        let log = lines(process.0.stderr.take().unwrap());
        Self {
            address: listening_on(&log),
            _process: process,
        }
    }

    /// Where it listens, such as `127.0.0.1:34567`.
    pub fn address(&self) -> &str {
        &self.address
    }
}

/// A process that is killed when dropped.
#[derive(Debug)]
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Reads the log as it comes, so that the pipe never fills and a read can have a deadline.
fn lines(log: ChildStderr) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(log).lines().map_while(Result::ok) {
            // Nobody reads on once the address is known: the rest is read all the same.
            let _ = sender.send(line);
        }
    });
    receiver
}

/// Where the server listens, as it logs it.
#[track_caller]
fn listening_on(log: &Receiver<String>) -> String {
    let mut lines = Vec::new();
    while let Ok(line) = log.recv_timeout(DEADLINE) {
        let record: Value = serde_json::from_str(&line).unwrap_or_default();
        if record["msg"] == "Listening on" {
            return record["address"].as_str().unwrap().to_owned();
        }
        lines.push(line);
    }
    panic!("no address in {lines:#?}");
}
