//! The text of a `.env` file. The environment of the process stays as it is.

use std::{
    cell::Cell,
    env,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use dotenvy::from_read_iter;

use super::{
    file::SourceFile,
    origin::Line,
    table::TABLE,
    variables::{FileVariable, FileVariables},
};
use crate::Error;

/// Reads the variables of the named file, or of `.env` if there is one.
pub(super) fn load(named: Option<PathBuf>) -> Result<FileVariables, Error> {
    let file = SourceFile::new(named, ".env");
    read(&file, &file.read()?)
}

/// Reads the variables in the text of a file. The first of several with the same name counts, as
/// with dotenvy's own `load`.
///
/// An error names the line that is no assignment, and does not show it: it may hold a secret. In a file
/// that nobody named, such a line is another program's unless it has a variable of tollgate's.
fn read(file: &SourceFile, text: &str) -> Result<FileVariables, Error> {
    let path: Arc<Path> = file.path.as_path().into();
    let number = Cell::new(0);
    let line = || Line {
        path: Arc::clone(&path),
        number: number.get(),
    };
    let text = text.trim_start_matches('\u{feff}');
    let lines = Lines {
        rest: text.as_bytes(),
        number: &number,
    };
    let mut variables = FileVariables::new();
    let mut variables_read = from_read_iter(lines);
    loop {
        let first = number.get();
        let Some(variable) = variables_read.next() else {
            return Ok(variables);
        };
        let lines = text.lines().skip(first).take(number.get() - first);
        let assignment = lines.collect::<Vec<_>>().join("\n");
        match variable {
            Ok((name, value)) if !variables.contains_key(&name) => {
                let is_cut = is_cut(&assignment, &variables);
                let line = line();
                let variable = FileVariable {
                    value,
                    line,
                    is_cut,
                };
                variables.insert(name, variable);
            }
            Err(_) if file.is_named || is_ours(&assignment) => {
                let message = format!(
                    "{}: this is no assignment: write NAME=value, and NAME='value' where it has \
                     spaces or a $",
                    line()
                );
                return Err(Error::new(message));
            }
            Ok(_) | Err(_) => {}
        }
    }
}

/// Returns whether a line that cannot be read has the name of a variable of tollgate's.
fn is_ours(line: &str) -> bool {
    let rows = TABLE.iter().filter(|row| !row.id.is_of_the_app());
    let mut names = rows.flat_map(|row| row.variables.iter().chain(row.prefixed_variables));
    names.any(|name| line.contains(name.split('<').next().unwrap_or(name)))
}

/// Returns whether a `$` in an assignment begins no name, or that of a variable which is not set:
/// dotenvy drops both.
fn is_cut(assignment: &str, variables: &FileVariables) -> bool {
    let lines = assignment.lines().filter(|line| !line.starts_with('#'));
    let lines: Vec<_> = lines.filter_map(|line| line.split(" #").next()).collect();
    let value = lines.join("\n");
    value.match_indices('$').any(|(place, _)| {
        let (before, after) = value.split_at(place);
        let is_literal = before.ends_with('\\') || before.matches('\'').count() % 2 == 1;
        let ends_name = |end: char| !(end.is_ascii_alphanumeric() || end == '_');
        let name = after.trim_start_matches(['$', '{']).split(ends_name).next();
        let name = name.unwrap_or_default();
        let is_set =
            variables.contains_key(name) || !name.is_empty() && env::var_os(name).is_some();
        !is_literal && !is_set
    })
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
        super::read(&SourceFile::new(Some(".env".into()), ""), text)
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
            let found = &variables[name];
            assert_eq!(
                (&*found.value, found.line.number),
                (value, number),
                "{name}"
            );
        }
    }

    #[test]
    fn line_without_an_assignment_is_named_by_its_number() {
        for (text, number) in [("A=1\nB 2\nC=3", 2), ("A=1\nB='2", 2), ("\n\nA=b c", 3)] {
            let message = read(text).err().unwrap().to_string();
            let place = format!(".env:{number}: this is no assignment: ");
            assert!(message.starts_with(&place), "{message}");
        }
    }

    #[test]
    fn line_of_another_program_is_no_error_where_nobody_named_the_file() {
        let read = |text: &str| super::read(&SourceFile::new(None, ".env"), text);
        let variables = read("NAME=John Doe\nOPTIONS: a\nMETRICS_DB=1\n").unwrap();
        assert_eq!(variables["METRICS_DB"].line.number, 3);
        for ours in [
            "METRICS_DB 1",
            "export SHOP_MASTER_KEY=a b",
            "MANAGEMENT_INFO_ENABLED: 1",
        ] {
            assert!(read(ours).is_err(), "{ours}");
        }
    }

    #[test]
    fn dollar_that_stands_for_nothing_is_known() {
        for (text, is_cut) in [
            ("KEY=a$b", true),
            ("KEY=\"a${b}\"", true),
            ("KEY=a$", true),
            ("export KEY='a'$b", true),
            ("KEY='a$b'", false),
            ("KEY=a\\$b", false),
            ("KEY=\"a\\$b\"", false),
            ("KEY=a # $b", false),
            ("# a $b\nKEY=a", false),
            ("b=1\nKEY=a$b", false),
            ("b=1\nKEY=${b}c", false),
            ("KEY=a", false),
        ] {
            let variables = read(text).unwrap();
            assert_eq!(variables["KEY"].is_cut, is_cut, "{text}");
        }
    }
}
