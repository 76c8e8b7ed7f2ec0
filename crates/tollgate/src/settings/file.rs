//! The files that are read: which, and what if they are not there.

use std::{
    borrow::Cow,
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    access::AccessKey, environment::Environment, expansion::expand, found::Found, origin::Origin,
    table::Id,
};
use crate::{Error, ErrorKind};

/// Which setting the file has a value of.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Key {
    Setting(Id),
    Access(AccessKey),
}

/// A value of the settings file.
pub(super) struct InFile {
    pub(super) key: Key,
    pub(super) origin: Origin,
    /// Before its variables are expanded, or what is wrong with it.
    pub(super) written: Result<String, String>,
}

impl InFile {
    /// The value with its variables expanded, none if nothing is left.
    pub(super) fn expanded(&self, environment: &Environment) -> Option<Found> {
        let origin = self.origin.clone();
        let written = match &self.written {
            Ok(written) => written,
            Err(problem) => {
                return Some(Found {
                    origin,
                    written: None,
                    text: Err(problem.clone()),
                });
            }
        };
        let text = expand(written, |name| environment.get(name)?.text.ok());
        (text.as_deref() != Ok("")).then(|| Found {
            origin,
            written: Some(written.clone()),
            text: text.map(Cow::into_owned),
        })
    }
}

/// A file to read.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// Named by somebody, who is told if it is not there.
    Named { path: PathBuf, by: Option<Origin> },
    /// Where it is unless named, if it is there.
    Default(PathBuf),
}

impl Place {
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Named { path, .. } | Self::Default(path) => path,
        }
    }

    /// The text of the file, none if it is not there and nobody named it.
    pub(super) fn read(&self) -> Result<Option<String>, Error> {
        match (fs::read_to_string(self.path()), self) {
            (Ok(text), _) => Ok(Some(text)),
            (Err(e), Self::Default(_)) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            (Err(e), Self::Default(_) | Self::Named { by: None, .. }) => {
                let path = self.path().display();
                Err(unreadable(
                    &format!("cannot read the settings in {path}"),
                    e,
                ))
            }
            (
                Err(e),
                Self::Named {
                    by: Some(origin), ..
                },
            ) => {
                let given = origin.given(&self.path().to_string_lossy());
                Err(unreadable(
                    &format!("{given}: cannot read the settings there"),
                    e,
                ))
            }
        }
    }
}

/// Reads the settings file.
#[cfg(feature = "yaml")]
pub(super) fn read(place: &Place, wrong: &mut Vec<Error>) -> Vec<InFile> {
    match place.read() {
        Ok(Some(text)) => super::yaml::read(place.path(), &text, wrong),
        Ok(None) => Vec::new(),
        Err(error) => {
            wrong.push(error);
            Vec::new()
        }
    }
}

/// Reads no file, and says so if one is named.
#[cfg(not(feature = "yaml"))]
pub(super) fn read(place: &Place, wrong: &mut Vec<Error>) -> Vec<InFile> {
    if let Place::Named { by: Some(by), .. } = place {
        let given = by.given(&place.path().to_string_lossy());
        let message = format!("{given}: files are read with tollgate's feature yaml: turn it on");
        wrong.push(Error::new(ErrorKind::Setting, message));
    }
    Vec::new()
}

fn unreadable(what: &str, e: io::Error) -> Error {
    let remedy = match e.kind() {
        io::ErrorKind::InvalidData => "save it as UTF-8",
        _ => "check that it exists and that this process may read it",
    };
    let message = format!("{what}: {e}; {remedy}");
    Error::telling(ErrorKind::Setting, message, e)
}
