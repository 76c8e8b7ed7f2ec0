//! The set of accepted keys.

use std::{env, ffi::OsString, fmt, path::PathBuf, sync::Arc, time::Duration};

use zeroize::Zeroizing;

use crate::{KeyError, error::Fault, key::KeyDigest, key_file::KeyFile};

/// Default interval between two checks of a key file.
const RELOAD_INTERVAL: Duration = Duration::from_secs(1);

/// Set of accepted keys, as SHA-256 digests. Cheap to clone.
///
/// Each key has 16 to 1,024 bytes of visible ASCII, which a header carries unchanged. To replace a
/// key, add the new one, move the clients, then drop the old one.
///
/// # Examples
///
/// An old key from the environment, and its successor from a file:
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
    /// Keys that do not change, with their names.
    fixed: Arc<[(KeyDigest, Arc<str>)]>,
    /// Files with the interval between two checks of each.
    files: Arc<[(Arc<KeyFile>, Duration)]>,
}

/// Place of an accepted key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Found {
    Fixed(usize),
    InFile { file: usize, place: usize },
}

impl MasterKeys {
    /// Accepts `keys`.
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
    /// If there is no key, or if one is shorter than 16 or longer than 1,024 bytes or has a character
    /// other than visible ASCII. The error names the key by its place, counted from 1.
    pub fn new<I>(keys: I) -> Result<Self, KeyError>
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let keys = (1..).zip(keys).map(|(place, key)| {
            let key = Zeroizing::new(key.into());
            let origin = format!("master key {place}");
            Self::one(&origin, &origin, key.as_bytes())
        });
        keys.reduce(|keys, key| Ok(keys?.and(key?)))
            .unwrap_or_else(|| Err(KeyError::new("the list of master keys", Fault::Empty)))
    }

    /// Accepts a key under a name, which [`MasterKeyLayer::identify`] returns.
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
    /// If the key is not acceptable: see [`new`](Self::new). The error names the key.
    ///
    /// [`MasterKeyLayer::identify`]: crate::MasterKeyLayer::identify
    pub fn named(name: &str, key: impl Into<String>) -> Result<Self, KeyError> {
        let key = Zeroizing::new(key.into());
        Self::one(name, &format!("master key {name:?}"), key.as_bytes())
    }

    /// Accepts the key in an environment variable, without white space at its end. Returns `None` if it
    /// is unset or empty.
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
    /// If the key is shorter than 16 or longer than 1,024 bytes or has a character other than visible
    /// ASCII. The error names the variable.
    pub fn from_env(variable: &str) -> Result<Option<Self>, KeyError> {
        Self::from_variable(variable, env::var_os(variable))
    }

    /// Accepts the keys in a file, one per line, and follows its changes.
    ///
    /// Line ends (LF or CRLF) and blank lines are ignored; there are no comments. The file may have up
    /// to 64 KiB. Requests check it, at most once per [`reload_interval`](Self::reload_interval). When
    /// it has changed and every line is a key, its keys replace the previous ones. Otherwise the last
    /// good keys stay in force, and each change is logged at WARN once. Removing the file therefore
    /// revokes nothing: write other keys into it. Write the new file beside the old one and rename it,
    /// as Kubernetes does for secrets, so that no request reads half a file.
    ///
    /// A check costs its request one `stat` and, after a change, one small read on the thread that
    /// serves the request. Other requests do not wait for it. Keep the file on a local file system.
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
    /// If the file cannot be read, is not a file or is too large, holds no key, or has a key that is
    /// not acceptable: see [`new`](Self::new). The error names the path and, for a key, the line.
    pub fn from_file(path: impl Into<PathBuf>) -> Result<Self, KeyError> {
        let file = Arc::new(KeyFile::open(path.into())?);
        Ok(Self {
            fixed: Arc::default(),
            files: Arc::new([(file, RELOAD_INTERVAL)]),
        })
    }

    /// Adds the keys of `other`.
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
        let Self { fixed, files } = other;
        Self {
            fixed: self.fixed.iter().chain(&*fixed).cloned().collect(),
            files: self.files.iter().chain(&*files).cloned().collect(),
        }
    }

    /// Sets the interval between two checks of a key file, one second unless set. With zero, every
    /// request checks it.
    ///
    /// Applies to the files that are already in the set.
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
        let files = self.files.iter().map(|(file, _)| (file.clone(), interval));
        Self {
            files: files.collect(),
            ..self
        }
    }

    fn from_variable(variable: &str, value: Option<OsString>) -> Result<Option<Self>, KeyError> {
        let value = Zeroizing::new(value.unwrap_or_default().into_encoded_bytes());
        if value.is_empty() {
            return Ok(None);
        }
        let origin = format!("environment variable {variable}");
        Self::one(&origin, &origin, value.trim_ascii_end()).map(Some)
    }

    fn one(name: &str, origin: &str, key: &[u8]) -> Result<Self, KeyError> {
        let digest = KeyDigest::of_acceptable(key).map_err(|fault| KeyError::new(origin, fault))?;
        Ok(Self {
            fixed: Arc::new([(digest, name.into())]),
            files: Arc::default(),
        })
    }

    /// Returns the place of `key`, after comparing it with every accepted key.
    pub(crate) fn find(&self, key: &KeyDigest) -> Option<Found> {
        let fixed = self.fixed.iter().map(|(digest, _)| digest);
        let fixed = key.place_among(fixed).map(Found::Fixed);
        let files = self.files.iter().enumerate();
        let files = files.map(|(file, (keys, interval))| {
            let place = key.place_among(&**keys.keys(*interval))?;
            Some(Found::InFile { file, place })
        });
        files.fold(fixed, Option::or)
    }

    /// Returns the name of a key that was found.
    pub(crate) fn name(&self, found: Found) -> Arc<str> {
        match found {
            Found::Fixed(place) => Arc::clone(&self.fixed[place].1),
            Found::InFile { file, place } => {
                let path = self.files[file].0.path().display();
                format!("key {} of {path}", place + 1).into()
            }
        }
    }
}

impl fmt::Debug for MasterKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.fixed.iter().map(|(_, name)| name).collect();
        f.debug_struct("MasterKeys")
            .field("names", &names)
            .field("files", &self.files)
            .finish()
    }
}

#[cfg(test)]
mod tests;
