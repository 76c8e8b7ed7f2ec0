//! Reading a file that somebody may have named.

use std::{fs, io, path::PathBuf};

use super::origin::Origin;
use crate::Error;

/// A file of settings or variables.
#[derive(Debug)]
pub(super) struct SourceFile {
    pub(super) path: PathBuf,
    /// Whether it was named, and has to be there.
    pub(super) is_named: bool,
    /// The variable that named it.
    pub(super) by: Option<Origin>,
}

impl SourceFile {
    /// The named file, or else a default one that need not be there.
    pub(super) fn new(named: Option<PathBuf>, default: &str) -> Self {
        Self {
            is_named: named.is_some(),
            path: named.unwrap_or_else(|| default.into()),
            by: None,
        }
    }

    /// Reads the text of the file, empty if it is not there and nobody named it.
    pub(super) fn read(&self) -> Result<String, Error> {
        let e = match fs::read_to_string(&self.path) {
            Ok(text) => return Ok(text),
            Err(e) if !self.is_named && e.kind() == io::ErrorKind::NotFound => {
                return Ok(String::new());
            }
            Err(e) => e,
        };
        let path = self.path.to_string_lossy();
        let what = match &self.by {
            Some(origin) => {
                let given = origin.given(&path.escape_debug().to_string());
                format!("{given}: cannot read the settings there")
            }
            None => format!("cannot read the settings in {path}"),
        };
        let remedy = match e.kind() {
            io::ErrorKind::InvalidData => "save it as UTF-8",
            _ => "check that it exists and that this process may read it",
        };
        let message = format!("{what}: {e}; {remedy}");
        Err(Error::telling(message, e))
    }

    /// Refuses a file that a variable names and that cannot be read without a feature.
    #[cfg(not(feature = "yaml"))]
    pub(super) fn refuse<T: Default>(&self) -> Result<T, Error> {
        let Some(origin) = &self.by else {
            return Ok(T::default());
        };
        let given = origin.given(&self.path.to_string_lossy());
        let message = format!("{given}: files are read with tollgate's feature yaml: turn it on");
        Err(Error::new(message))
    }
}
