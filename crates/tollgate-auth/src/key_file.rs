//! A file of keys that is read again when it changes.

use std::{
    error::Error,
    fmt,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, TryLockError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use arc_swap::{ArcSwap, Guard};
use zeroize::Zeroizing;

use crate::{KeyError, error::Fault, key::KeyDigest, limits::MAX_FILE_BYTES, stamp::Stamp};

/// File of keys that is read again when it changes, with its last good keys.
pub(crate) struct KeyFile {
    path: PathBuf,
    /// Swapped rather than locked, so that requests do not write to shared memory.
    keys: ArcSwap<Vec<KeyDigest>>,
    opened: Instant,
    /// Time of the last check, in nanoseconds since `opened`.
    checked: AtomicU64,
    /// Held by the one request that checks the file. Other requests do not wait for it.
    last: Mutex<Check>,
}

/// Result of the last check of the file.
struct Check {
    stamp: Option<Stamp>,
    /// Whether a file that still has this stamp is unchanged.
    settled: bool,
    /// Fault that was logged.
    failure: Option<Fault>,
}

impl KeyFile {
    pub(crate) fn open(path: PathBuf) -> Result<Self, KeyError> {
        let (keys, check) = read(&path, SystemTime::now())?;
        Ok(Self {
            path,
            keys: ArcSwap::from_pointee(keys),
            opened: Instant::now(),
            checked: AtomicU64::new(0),
            last: Mutex::new(check),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the last good keys, after a check of the file if the last was `interval` ago.
    pub(crate) fn keys(&self, interval: Duration) -> Guard<Arc<Vec<KeyDigest>>> {
        let now = self.opened.elapsed();
        if self.is_due(now, interval) {
            self.check(now, interval);
        }
        self.keys.load()
    }

    fn is_due(&self, now: Duration, interval: Duration) -> bool {
        let checked = Duration::from_nanos(self.checked.load(Ordering::Relaxed));
        now.saturating_sub(checked) >= interval
    }

    // Runs on the thread that serves the request: a `stat` of a local file takes about a microsecond,
    // less than a hand-over to another thread, and needs no runtime.
    #[cold]
    fn check(&self, now: Duration, interval: Duration) {
        let mut last = match self.last.try_lock() {
            Ok(last) => last,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        // Another request may have checked since.
        if self.is_due(now, interval) {
            let now = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
            self.checked.store(now, Ordering::Relaxed);
            self.reload(&mut last);
        }
    }

    fn reload(&self, last: &mut Check) {
        let stamp = fs::metadata(&self.path)
            .ok()
            .map(|metadata| Stamp::of(&metadata));
        let same = stamp == last.stamp;
        if same && last.settled {
            return;
        }
        match read(&self.path, SystemTime::now()) {
            Ok((keys, check)) => {
                if check.stamp != last.stamp || last.failure.is_some() {
                    let path = self.path.display();
                    tracing::info!(%path, keys = keys.len(), "master keys reloaded");
                }
                self.keys.store(Arc::new(keys));
                *last = check;
            }
            Err(error) => {
                let failure = Some(error.fault());
                if !same || failure != last.failure {
                    let error: &dyn Error = &error;
                    tracing::warn!(
                        error,
                        "master keys not reloaded: the last good ones stay in force"
                    );
                }
                // Never settled: the cause may go away without a change of the file.
                *last = Check {
                    stamp,
                    settled: false,
                    failure,
                };
            }
        }
    }
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyFile")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

fn read(path: &Path, now: SystemTime) -> Result<(Vec<KeyDigest>, Check), KeyError> {
    let origin = || format!("key file {}", path.display());
    let unreadable = |source| KeyError::unreadable(origin(), source);

    // Checked before it is opened: opening a named pipe waits for its writer.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(KeyError::new(origin(), Fault::NotAFile));
    }
    let file = File::open(path).map_err(unreadable)?;
    let stamp = Stamp::of(&file.metadata().map_err(unreadable)?);

    // Full capacity from the start: a vector that grows leaves copies of the keys behind.
    let mut content = Zeroizing::new(Vec::with_capacity(MAX_FILE_BYTES + 1));
    file.take(MAX_FILE_BYTES as u64 + 1)
        .read_to_end(&mut content)
        .map_err(unreadable)?;
    if content.len() > MAX_FILE_BYTES {
        return Err(KeyError::new(origin(), Fault::FileTooLarge));
    }

    let keys = keys(&content, origin)?;
    let settled = stamp.is_settled(now);
    Ok((
        keys,
        Check {
            stamp: Some(stamp),
            settled,
            failure: None,
        },
    ))
}

fn keys(content: &[u8], origin: impl Fn() -> String) -> Result<Vec<KeyDigest>, KeyError> {
    let keys = (1..)
        .zip(content.split(|&byte| byte == b'\n'))
        .filter(|(_, line)| !line.trim_ascii().is_empty())
        .map(|(number, line)| {
            KeyDigest::of_acceptable(line.strip_suffix(b"\r").unwrap_or(line))
                .map_err(|kind| KeyError::new(format!("line {number} of {}", origin()), kind))
        })
        .collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() {
        return Err(KeyError::new(origin(), Fault::Empty));
    }
    Ok(keys)
}

#[cfg(test)]
mod tests;
