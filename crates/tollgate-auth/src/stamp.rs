//! Whether a file is still the one that was read.

#[cfg(unix)]
use std::os::unix::fs::MetadataExt;
use std::{
    fs::Metadata,
    time::{Duration, SystemTime},
};

/// The coarsest time stamps in use, those of FAT.
const GRANULARITY: Duration = Duration::from_secs(2);

/// What tells a file from the same file after a change, or from another one in its place.
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

    /// Whether any change after `now` gives another stamp.
    ///
    /// A file that changed only just can change again within the granularity of its time stamp, to
    /// the same length: its stamp is then the same and must not be trusted.
    pub(crate) fn is_settled(&self, now: SystemTime) -> bool {
        let age = self
            .changed
            .and_then(|changed| now.duration_since(changed).ok());
        age.is_some_and(|age| age >= GRANULARITY)
    }
}

/// The time of the last change to content or metadata, which no program can set.
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
    fn a_file_settles_once_its_time_stamp_is_past() {
        let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
        let stamp = stamp(Some(changed));
        assert!(!stamp.is_settled(changed));
        assert!(!stamp.is_settled(changed + GRANULARITY - Duration::from_nanos(1)));
        assert!(stamp.is_settled(changed + GRANULARITY));
    }

    #[test]
    fn a_file_from_the_future_or_of_no_time_does_not_settle() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
        assert!(!stamp(Some(now + Duration::from_secs(3_600))).is_settled(now));
        assert!(!stamp(None).is_settled(now));
    }

    #[test]
    fn another_file_in_its_place_has_another_stamp() {
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
