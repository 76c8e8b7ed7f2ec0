//! Input and output of child processes.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;

/// Runs a command with an input and returns all of its output.
///
/// # Panics
///
/// If it cannot be run, or does not read its input.
///
/// # Examples
///
/// ```
/// use std::process::Command;
///
/// let output = tests::process::feed(Command::new("cat"), "tea");
/// assert_eq!(output.stdout, b"tea");
/// ```
#[track_caller]
pub fn feed(mut command: Command, input: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program is installed");
    let mut stdin = child.stdin.take().expect("standard input is piped");
    stdin
        .write_all(input.as_bytes())
        .expect("the program reads its input");
    drop(stdin);
    child.wait_with_output().expect("the child is ours")
}

/// Reads lines as they arrive, so that the pipe never fills and a read can have a deadline.
pub(crate) fn lines(output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // The output is drained even after the receiver is gone.
            let _ = sender.send(line);
        }
    });
    receiver
}
