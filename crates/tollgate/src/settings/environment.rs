//! Environment variables, and the `.env` file that feeds them.

use std::{
    collections::{BTreeSet, HashMap},
    env,
    ffi::{OsStr, OsString},
    fmt,
};

use super::{found::Found, origin::Origin};

/// The variables of the process, or given ones, and behind them those of a `.env` file.
#[derive(Default)]
pub(super) struct Environment {
    pub(super) process: Process,
    #[cfg(feature = "dotenv")]
    pub(super) file: super::dotenv::Variables,
}

/// The variables that win over those of a file.
#[derive(Default)]
pub(super) enum Process {
    #[default]
    Own,
    Given(HashMap<OsString, OsString>),
}

impl Environment {
    /// A variable that is set and not empty. One that the process sets to nothing hides that of the
    /// file.
    pub(super) fn get(&self, name: &str) -> Option<Found> {
        let found = match self.process.get(name) {
            Some(value) => text(name, value),
            #[cfg(feature = "dotenv")]
            None => self.in_file(name)?,
            #[cfg(not(feature = "dotenv"))]
            None => return None,
        };
        (found.written.as_deref() != Some("")).then_some(found)
    }

    /// The names of all variables that are text.
    pub(super) fn names(&self) -> BTreeSet<String> {
        let names = self.process.names().into_iter();
        let names = names.filter_map(|name| name.into_string().ok());
        #[cfg(feature = "dotenv")]
        let names = names.chain(self.file.keys().cloned());
        names.collect()
    }

    #[cfg(feature = "dotenv")]
    fn in_file(&self, name: &str) -> Option<Found> {
        let (value, line) = self.file.get(name)?;
        let origin = Origin::Variable {
            name: name.to_owned(),
            line: Some(line.clone()),
        };
        Some(Found::new(origin, value.clone()))
    }
}

impl Process {
    fn get(&self, name: &str) -> Option<OsString> {
        match self {
            Self::Own => env::var_os(name),
            Self::Given(variables) => variables.get(OsStr::new(name)).cloned(),
        }
    }

    fn names(&self) -> Vec<OsString> {
        match self {
            Self::Own => env::vars_os().map(|(name, _)| name).collect(),
            Self::Given(variables) => variables.keys().cloned().collect(),
        }
    }
}

/// Without the values.
impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Own => "Own",
            Self::Given(_) => "Given",
        })
    }
}

fn text(name: &str, value: OsString) -> Found {
    let origin = Origin::Variable {
        name: name.to_owned(),
        line: None,
    };
    match value.into_string() {
        Ok(value) => Found::new(origin, value),
        Err(value) => Found {
            origin,
            written: Some(value.to_string_lossy().into_owned()),
            text: Err(" is not valid UTF-8: remove what is not text".to_owned()),
        },
    }
}
