//! The `.env` file. The process's environment stays as it is.

use std::{
    cell::Cell,
    collections::{HashMap, hash_map::Entry},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use dotenvy::from_read_iter;

use super::{file::Place, origin::Line};
use crate::{Error, ErrorKind};

/// The variables of a file and the lines that set them.
pub(super) type Variables = HashMap<String, (String, Line)>;

/// Reads the variables of the named file, or of `.env` if there is one.
pub(super) fn variables(named: Option<PathBuf>, wrong: &mut Vec<Error>) -> Variables {
    let place = match named {
        Some(path) => Place::Named { path, by: None },
        None => Place::Default(".env".into()),
    };
    let variables = match place.read() {
        Ok(None) => Ok(Variables::new()),
        Ok(Some(text)) => read(place.path(), &text).map_err(|line| {
            let message = format!(
                "{line}: this is no assignment: write NAME=value, and NAME='value' where it has \
                 spaces or a $"
            );
            Error::new(ErrorKind::Setting, message)
        }),
        Err(error) => Err(error),
    };
    variables.unwrap_or_else(|error| {
        wrong.push(error);
        Variables::new()
    })
}

/// Reads the variables in the text of a file: of several of a name the first, as dotenvy's own
/// `load` does.
///
/// The error is the line that is no assignment, which may hold a secret and is not shown.
fn read(path: &Path, text: &str) -> Result<Variables, Line> {
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
    let mut variables = Variables::new();
    for variable in from_read_iter(lines) {
        let (name, value) = variable.map_err(|_| line())?;
        if let Entry::Vacant(entry) = variables.entry(name) {
            entry.insert((value, line()));
        }
    }
    Ok(variables)
}

/// Gives a line at a time and counts them: dotenvy does not say where it is.
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

    fn read(text: &str) -> Result<Variables, Line> {
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
    fn a_line_that_is_no_assignment_is_told_by_its_number() {
        for (text, number) in [("A=1\nB 2\nC=3", 2), ("A=1\nB='2", 2), ("\n\nA=b c", 3)] {
            assert_eq!(
                read(text).unwrap_err().to_string(),
                format!(".env:{number}")
            );
        }
    }
}
