//! A file of keys, followed while it changes.

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
use secrecy::zeroize::Zeroizing;

use crate::{KeyError, KeyErrorKind, key::KeyDigest, stamp::Stamp};

pub(crate) const LARGEST_FILE: usize = 64 * 1024;

const RELOAD_INTERVAL: Duration = Duration::from_secs(1);

/// A file of keys, read again when it changes. Clones share what was read, and when.
#[derive(Clone)]
pub(crate) struct KeyFile {
    shared: Arc<Shared>,
    reload_interval: Duration,
}

struct Shared {
    path: PathBuf,
    /// Swapped rather than locked, so that requests write to no memory that they share.
    keys: ArcSwap<Vec<KeyDigest>>,
    opened: Instant,
    /// When the file was last looked at, in nanoseconds since `opened`.
    looked: AtomicU64,
    /// Held by the one request that looks at the file; the others do not wait for it.
    last: Mutex<Look>,
}

/// What the last look at the file found.
struct Look {
    stamp: Option<Stamp>,
    /// Whether a file that still has this stamp can be taken for the same.
    settled: bool,
    /// What was wrong, and has been logged.
    failure: Option<KeyErrorKind>,
}

impl KeyFile {
    pub(crate) fn open(path: PathBuf) -> Result<Self, KeyError> {
        let (keys, look) = read(&path, SystemTime::now())?;
        let shared = Shared {
            path,
            keys: ArcSwap::from_pointee(keys),
            opened: Instant::now(),
            looked: AtomicU64::new(0),
            last: Mutex::new(look),
        };
        Ok(Self {
            shared: Arc::new(shared),
            reload_interval: RELOAD_INTERVAL,
        })
    }

    pub(crate) fn reload_interval(self, reload_interval: Duration) -> Self {
        Self {
            reload_interval,
            ..self
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.shared.path
    }

    /// The keys of the last good file, after a look at it if one is due.
    pub(crate) fn keys(&self) -> Guard<Arc<Vec<KeyDigest>>> {
        let now = self.shared.opened.elapsed();
        if self.is_due(now) {
            self.look(now);
        }
        self.shared.keys.load()
    }

    fn is_due(&self, now: Duration) -> bool {
        let looked = Duration::from_nanos(self.shared.looked.load(Ordering::Relaxed));
        now.saturating_sub(looked) >= self.reload_interval
    }

    // On the thread that serves the request: a `stat` of a local file costs about a microsecond,
    // less than to hand it to another thread, and it needs neither a runtime nor a thread of our
    // own.
    #[cold]
    fn look(&self, now: Duration) {
        let shared = &*self.shared;
        let mut last = match shared.last.try_lock() {
            Ok(last) => last,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        // Another request may have looked since.
        if self.is_due(now) {
            let now = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
            shared.looked.store(now, Ordering::Relaxed);
            shared.reload(&mut last);
        }
    }
}

impl Shared {
    fn reload(&self, last: &mut Look) {
        let stamp = fs::metadata(&self.path)
            .ok()
            .map(|metadata| Stamp::of(&metadata));
        let same = stamp == last.stamp;
        if same && last.settled {
            return;
        }
        match read(&self.path, SystemTime::now()) {
            Ok((keys, look)) => {
                if look.stamp != last.stamp || last.failure.is_some() {
                    let path = self.path.display();
                    tracing::info!(%path, keys = keys.len(), "master keys reloaded");
                }
                self.keys.store(Arc::new(keys));
                *last = look;
            }
            Err(error) => {
                let failure = Some(error.kind());
                if !same || failure != last.failure {
                    let error: &dyn Error = &error;
                    tracing::warn!(error, "master keys not reloaded, the last good ones stay");
                }
                // Never settled: what went wrong may be mended without a trace on the file.
                *last = Look {
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
            .field("path", &self.shared.path)
            .field("reload_interval", &self.reload_interval)
            .finish_non_exhaustive()
    }
}

fn read(path: &Path, now: SystemTime) -> Result<(Vec<KeyDigest>, Look), KeyError> {
    let origin = || format!("key file {}", path.display());
    let unreadable = |source| KeyError::unreadable(origin(), source);

    // Asked before it is opened: to open a named pipe waits for its writer.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(KeyError::new(origin(), KeyErrorKind::NotAFile));
    }
    let file = File::open(path).map_err(unreadable)?;
    let stamp = Stamp::of(&file.metadata().map_err(unreadable)?);

    // Of its final size from the start: a vector that grows leaves copies of the keys behind.
    let mut content = Zeroizing::new(Vec::with_capacity(LARGEST_FILE + 1));
    file.take(LARGEST_FILE as u64 + 1)
        .read_to_end(&mut content)
        .map_err(unreadable)?;
    if content.len() > LARGEST_FILE {
        return Err(KeyError::new(origin(), KeyErrorKind::FileTooLarge));
    }

    let keys = keys(&content, origin)?;
    let settled = stamp.is_settled(now);
    Ok((
        keys,
        Look {
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
        return Err(KeyError::new(origin(), KeyErrorKind::Empty));
    }
    Ok(keys)
}

#[cfg(test)]
mod tests;
