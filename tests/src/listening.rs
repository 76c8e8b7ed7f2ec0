//! Prometheus' own servers as child processes of a test, each on a free port.

use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use serde_json::Value;

use crate::process::lines;

/// Time limit for a server to start.
const DEADLINE: Duration = Duration::from_mins(1);

/// A server that is killed when dropped.
#[derive(Debug)]
pub struct Listening {
    address: String,
    _process: Process,
}

impl Listening {
    /// Starts a server on a free port, with the options that all of Prometheus' servers share.
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

    /// Returns the address, such as `127.0.0.1:34567`.
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

/// Waits for the server to log its address.
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
