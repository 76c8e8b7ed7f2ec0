//! The text of a `.env` file. The environment of the process stays as it is.

use std::{
    cell::Cell,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use dotenvy::from_read_iter;

use super::{file::SourceFile, origin::Line, variables::FileVariables};
use crate::Error;

/// Reads the variables of the named file, or of `.env` if there is one.
pub(super) fn load(named: Option<PathBuf>) -> Result<FileVariables, Error> {
    let file = SourceFile::new(named, ".env");
    read(&file.path, &file.read()?)
}

/// Reads the variables in the text of a file. The first of several with the same name counts, as
/// with dotenvy's own `load`.
///
/// An error names the line that is no assignment, and does not show it: it may hold a secret.
fn read(path: &Path, text: &str) -> Result<FileVariables, Error> {
    let path: Arc<Path> = path.into();
    let number = Cell::new(0);
    let line = || Line {
        path: Arc::clone(&path),
        number: number.get(),
    };
    let lines = Lines {
        rest: text.trim_start_matches('\u{feff}').as_bytes(),
        number: &number,
    };
    let mut variables = FileVariables::new();
    for variable in from_read_iter(lines) {
        let (name, value) = variable.map_err(|_| {
            let message = format!(
                "{}: this is no assignment: write NAME=value, and NAME='value' where it has \
                 spaces or a $",
                line()
            );
            Error::new(message)
        })?;
        variables.entry(name).or_insert_with(|| (value, line()));
    }
    Ok(variables)
}

/// A reader that gives one line at a time and counts them: dotenvy does not tell its position.
struct Lines<'a> {
    rest: &'a [u8],
    number: &'a Cell<usize>,
}

impl Read for Lines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let end = self.rest.iter().position(|&byte| byte == b'\n');
        let line = end.map_or(self.rest.len(), |end| end + 1);
        let length = line.min(buffer.len());
        buffer[..length].copy_from_slice(&self.rest[..length]);
        self.rest = &self.rest[length..];
        if length == line && length > 0 {
            self.number.set(self.number.get() + 1);
        }
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<FileVariables, Error> {
        super::read(Path::new(".env"), text)
    }

    #[test]
    fn variables_come_with_their_lines() {
        let long = "x".repeat(100_000);
        let text = format!("\u{feff}A=1\n# B=2\n\nexport B='two\nlines'\nA=3\nC={long}\r\nD=");
        let variables = read(&text).unwrap();
        for (name, value, number) in [
            ("A", "1", 1),
            ("B", "two\nlines", 5),
            ("C", &*long, 7),
            ("D", "", 8),
        ] {
            let (found, line) = &variables[name];
            assert_eq!((found.as_str(), line.number), (value, number), "{name}");
        }
    }

    #[test]
    fn line_without_an_assignment_is_named_by_its_number() {
        for (text, number) in [("A=1\nB 2\nC=3", 2), ("A=1\nB='2", 2), ("\n\nA=b c", 3)] {
            let message = read(text).unwrap_err().to_string();
            let place = format!(".env:{number}: this is no assignment: ");
            assert!(message.starts_with(&place), "{message}");
        }
    }
}
