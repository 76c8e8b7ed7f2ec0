//! Environment variables: those of the process, and behind them those of the `.env` file.

use std::{
    collections::{BTreeSet, HashMap},
    env,
    ffi::{OsStr, OsString},
    fmt,
};

use super::{
    found::Found,
    origin::{Line, Origin},
};

/// The variables of a `.env` file.
pub(super) type FileVariables = HashMap<String, FileVariable>;

/// A variable of a `.env` file.
pub(super) struct FileVariable {
    pub(super) value: String,
    pub(super) line: Line,
    /// Whether a `$` in it stood for nothing.
    pub(super) is_cut: bool,
}

/// Environment variables.
#[derive(Default)]
pub(super) struct Variables {
    /// Given ones in place of the variables of the process.
    pub(super) given: Option<HashMap<OsString, OsString>>,
    pub(super) file: FileVariables,
}

impl Variables {
    /// Returns a variable that is set and not empty, but for one of the file that a `$` has emptied.
    /// An empty one of the process hides the one of the file.
    pub(super) fn get(&self, name: &str) -> Option<Found> {
        let value = match &self.given {
            Some(given) => given.get(OsStr::new(name)).cloned(),
            None => env::var_os(name),
        };
        let origin = |line| Origin::Variable(name.to_owned(), line);
        let found = match (value.map(OsString::into_string), self.file.get(name)) {
            (Some(Ok(value)), _) => Found::text(origin(None), value),
            (Some(Err(value)), _) => Found {
                origin: origin(None),
                written: Some(value.to_string_lossy().into_owned()),
                text: Err(" is not valid UTF-8: remove what is not text".to_owned()),
            },
            (None, Some(file)) => {
                let found = Found::text(origin(Some(file.line.clone())), file.value.clone());
                return (file.is_cut || !file.value.is_empty()).then_some(found);
            }
            (None, None) => return None,
        };
        (found.written.as_deref() != Some("")).then_some(found)
    }

    /// Returns the names of all variables that are text.
    pub(super) fn names(&self) -> BTreeSet<String> {
        let of_process: Vec<OsString> = match &self.given {
            Some(given) => given.keys().cloned().collect(),
            None => env::vars_os().map(|(name, _)| name).collect(),
        };
        let of_process = of_process.into_iter().flat_map(OsString::into_string);
        of_process.chain(self.file.keys().cloned()).collect()
    }
}

/// Without the values.
impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variables").finish_non_exhaustive()
    }
}
