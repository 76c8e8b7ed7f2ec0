//! Detection of changes to a file.

#[cfg(unix)]
use std::os::unix::fs::MetadataExt;
use std::{
    fs::Metadata,
    time::{Duration, SystemTime},
};

/// Granularity of the coarsest time stamps in use, those of FAT.
const GRANULARITY: Duration = Duration::from_secs(2);

/// Mark that differs after the file changes or another file takes its place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    changed: Option<SystemTime>,
    length: u64,
    #[cfg(unix)]
    inode: (u64, u64),
}

impl Stamp {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self {
            changed: changed(metadata),
            length: metadata.len(),
            #[cfg(unix)]
            inode: (metadata.dev(), metadata.ino()),
        }
    }

    /// Returns whether every change after `now` gives another stamp.
    ///
    /// A file that has just changed can change again within the granularity of its time stamp, to the
    /// same length, and keep its stamp.
    pub(crate) fn is_settled(&self, now: SystemTime) -> bool {
        let age = self
            .changed
            .and_then(|changed| now.duration_since(changed).ok());
        age.is_some_and(|age| age >= GRANULARITY)
    }
}

/// Returns the time of the last change to content or metadata, which no program can set.
#[cfg(unix)]
fn changed(metadata: &Metadata) -> Option<SystemTime> {
    let seconds = u64::try_from(metadata.ctime()).ok()?;
    let nanoseconds = u32::try_from(metadata.ctime_nsec()).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds, nanoseconds))
}

#[cfg(not(unix))]
fn changed(metadata: &Metadata) -> Option<SystemTime> {
    metadata.modified().ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn stamp(changed: Option<SystemTime>) -> Stamp {
        Stamp {
            changed,
            length: 33,
            #[cfg(unix)]
            inode: (1, 2),
        }
    }

    #[test]
    fn file_settles_after_the_granularity() {
        let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
        let stamp = stamp(Some(changed));
        assert!(!stamp.is_settled(changed));
        assert!(!stamp.is_settled(changed + GRANULARITY - Duration::from_nanos(1)));
        assert!(stamp.is_settled(changed + GRANULARITY));
    }

    #[test]
    fn file_from_the_future_or_without_a_time_does_not_settle() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
        assert!(!stamp(Some(now + Duration::from_secs(3_600))).is_settled(now));
        assert!(!stamp(None).is_settled(now));
    }

    #[test]
    fn file_that_replaces_another_has_another_stamp() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        fs::write(&old, "one").unwrap();
        fs::write(&new, "two").unwrap();
        let before = Stamp::of(&fs::metadata(&old).unwrap());
        assert_eq!(before, Stamp::of(&fs::metadata(&old).unwrap()));

        fs::rename(&new, &old).unwrap();
        assert_ne!(before, Stamp::of(&fs::metadata(&old).unwrap()));
    }
}
