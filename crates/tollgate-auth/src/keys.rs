//! The keys that are accepted, wherever they come from.

use std::{env, ffi::OsString, fmt, path::PathBuf, sync::Arc, time::Duration};

use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};

use crate::{KeyError, KeyErrorKind, KeyName, key::KeyDigest, key_file::KeyFile};

/// The keys that are accepted, as SHA-256 digests. Cheap to clone.
///
/// Each key has 16 to 1,024 bytes of visible ASCII: what a header carries unchanged. Several keys
/// at once let clients move from one to the next: add the new key, move the clients, drop the old
/// one.
///
/// # Examples
///
/// A key that is being replaced, from the environment, and its successor from a file:
///
/// ```no_run
/// use tollgate_auth::{KeyError, MasterKeys};
///
/// let mut keys = MasterKeys::from_file("/run/secrets/master-key")?;
/// if let Some(old) = MasterKeys::from_env("MASTER_KEY")? {
///     keys = keys.and(old);
/// }
/// # Ok::<(), KeyError>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct MasterKeys {
    fixed: Arc<[KeyDigest]>,
    /// Of each fixed key, at its place.
    names: Arc<[KeyName]>,
    files: Arc<[KeyFile]>,
}

/// Where an accepted key was found.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Found {
    Fixed(usize),
    InFile { file: usize, place: usize },
}

impl MasterKeys {
    /// Accept `keys`.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_auth::MasterKeys;
    ///
    /// let keys = MasterKeys::new(["correct-horse-battery-staple", "the-key-before-that-one"])?;
    /// # Ok::<(), tollgate_auth::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// There is no key, or one is shorter than 16 or longer than 1,024 bytes or has a character
    /// other than visible ASCII. The error says which by its place, counted from 1.
    pub fn new<I>(keys: I) -> Result<Self, KeyError>
    where
        I: IntoIterator,
        I::Item: Into<SecretString>,
    {
        let keys = (1..).zip(keys).map(|(place, key)| {
            let key: SecretString = key.into();
            Self::one(
                format!("master key {place}"),
                key.expose_secret().as_bytes(),
            )
        });
        keys.reduce(|keys, key| Ok(keys?.and(key?)))
            .unwrap_or_else(|| {
                let source = "the list of master keys";
                Err(KeyError::new(source, KeyErrorKind::Empty))
            })
    }

    /// Accept a key that has a name, by which [`MasterKeyLayer::identify`] tells who presented it.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_auth::MasterKeys;
    ///
    /// let keys = MasterKeys::named("ops", "correct-horse-battery-staple")?
    ///     .and(MasterKeys::named("deploy", "the-key-of-the-pipeline")?);
    /// # Ok::<(), tollgate_auth::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The key is not acceptable: see [`new`](Self::new). The error names it by its name.
    ///
    /// [`MasterKeyLayer::identify`]: crate::MasterKeyLayer::identify
    pub fn named(name: &str, key: impl Into<SecretString>) -> Result<Self, KeyError> {
        let key: SecretString = key.into();
        let keys = Self::one(
            format!("master key {name:?}"),
            key.expose_secret().as_bytes(),
        )?;
        let names = Arc::new([KeyName::new(name)]);
        Ok(Self { names, ..keys })
    }

    /// Accept the key that an environment variable holds: none if it is unset or empty.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use tollgate_auth::MasterKeys;
    ///
    /// let keys = MasterKeys::from_env("MASTER_KEY")?;
    /// # Ok::<(), tollgate_auth::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The key is shorter than 16 or longer than 1,024 bytes or has a character other than visible
    /// ASCII. The error names the variable.
    pub fn from_env(variable: &str) -> Result<Option<Self>, KeyError> {
        Self::from_variable(variable, env::var_os(variable))
    }

    /// Accept the keys in a file, one per line, and follow its changes.
    ///
    /// Line ends (LF or CRLF) and blank lines do not count; everything else does, there are no
    /// comments. The file may have up to 64 KiB and is looked at while requests come in, at most
    /// once per [`reload_interval`](Self::reload_interval). When it has changed and holds a key in
    /// every line, its keys replace those read before; otherwise the last good ones stay and one
    /// WARN is logged for each change. Removing the file therefore revokes nothing: write other
    /// keys into it. Write the new file beside the old one and rename it, as Kubernetes does for
    /// secrets, so that it is never seen half written.
    ///
    /// The look costs the request that makes it one `stat` and, after a change, one small read on
    /// the thread that serves the request; all others go on with the keys at hand. Keep the file on
    /// a local file system.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use tollgate_auth::MasterKeys;
    ///
    /// let keys = MasterKeys::from_file("/run/secrets/master-key")?;
    /// # Ok::<(), tollgate_auth::KeyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The file cannot be read, is not a file or is too large, holds no key, or one of its keys is
    /// not acceptable: see [`new`](Self::new). The error names the path and, for a key, the line.
    pub fn from_file(path: impl Into<PathBuf>) -> Result<Self, KeyError> {
        let file = KeyFile::open(path.into())?;
        Ok(Self {
            fixed: Arc::default(),
            names: Arc::default(),
            files: Arc::new([file]),
        })
    }

    /// Accept the keys of `other` too.
    ///
    /// # Examples
    ///
    /// ```
    /// use tollgate_auth::MasterKeys;
    ///
    /// let new = MasterKeys::new(["correct-horse-battery-staple"])?;
    /// let old = MasterKeys::new(["the-key-before-that-one"])?;
    /// let keys = new.and(old);
    /// # Ok::<(), tollgate_auth::KeyError>(())
    /// ```
    pub fn and(self, other: Self) -> Self {
        let Self {
            fixed,
            names,
            files,
        } = other;
        Self {
            fixed: self.fixed.iter().chain(&*fixed).copied().collect(),
            names: self.names.iter().chain(&*names).cloned().collect(),
            files: self.files.iter().chain(&*files).cloned().collect(),
        }
    }

    /// Set how long to wait between two looks at a key file: one second unless set, with each
    /// request if zero.
    ///
    /// Applies to the files that are in the set already. Without a file it changes nothing.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use tollgate_auth::MasterKeys;
    ///
    /// let keys = MasterKeys::from_file("/run/secrets/master-key")?
    ///     .reload_interval(Duration::from_secs(10));
    /// # Ok::<(), tollgate_auth::KeyError>(())
    /// ```
    pub fn reload_interval(self, interval: Duration) -> Self {
        let files = self
            .files
            .iter()
            .map(|file| file.clone().reload_interval(interval))
            .collect();
        Self { files, ..self }
    }

    fn from_variable(variable: &str, value: Option<OsString>) -> Result<Option<Self>, KeyError> {
        let value = Zeroizing::new(value.unwrap_or_default().into_encoded_bytes());
        if value.is_empty() {
            return Ok(None);
        }
        Self::one(format!("environment variable {variable}"), &value).map(Some)
    }

    /// One key, named after where it comes from.
    fn one(source: String, key: &[u8]) -> Result<Self, KeyError> {
        match KeyDigest::of_acceptable(key) {
            Ok(digest) => Ok(Self {
                fixed: Arc::new([digest]),
                names: Arc::new([KeyName::new(&source)]),
                files: Arc::default(),
            }),
            Err(kind) => Err(KeyError::new(source, kind)),
        }
    }

    /// Where `key` is among the keys, compared with every one of them.
    pub(crate) fn find(&self, key: &KeyDigest) -> Option<Found> {
        let fixed = key.place_among(&self.fixed).map(Found::Fixed);
        let files = self.files.iter().enumerate().map(|(file, keys)| {
            let place = key.place_among(&keys.keys())?;
            Some(Found::InFile { file, place })
        });
        files.fold(fixed, Option::or)
    }

    /// The name of a key that was found.
    pub(crate) fn name(&self, found: Found) -> KeyName {
        match found {
            Found::Fixed(place) => self.names[place].clone(),
            Found::InFile { file, place } => {
                let path = self.files[file].path().display();
                KeyName::new(&format!("key {} of {path}", place + 1))
            }
        }
    }
}

impl fmt::Debug for MasterKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MasterKeys")
            .field("fixed", &self.fixed.len())
            .field("names", &self.names)
            .field("files", &self.files)
            .finish()
    }
}

#[cfg(test)]
mod tests;
