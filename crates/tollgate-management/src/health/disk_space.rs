//! Whether there is room on a disk.

use std::{path::PathBuf, sync::Arc};

use tokio::{sync::Semaphore, task};

use super::{BoxError, Checkup, HealthCheck};

/// What has to be free unless set: 10 MiB, as in Micronaut and Spring.
const THRESHOLD: u64 = 10 * 1024 * 1024;

/// A check of the room on the file system that a path is on: the check `diskSpace`.
///
/// Its details are `path`, and `total`, `free` and `threshold` in bytes.
///
/// # Examples
///
/// ```
/// use tollgate_management::{DiskSpace, Health};
///
/// let health = Health::builder()
///     .check(DiskSpace::new("/var/lib/shop").threshold(1024 * 1024 * 1024))
///     .build()?;
/// # Ok::<(), tollgate_management::ManagementError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a check does nothing until it is added"]
pub struct DiskSpace {
    name: String,
    path: PathBuf,
    threshold: u64,
    /// One look at a time: on a network's file system it may hang, and its thread with it.
    looks: Arc<Semaphore>,
}

impl DiskSpace {
    /// Down where less than 10 MiB are free.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            name: "diskSpace".to_owned(),
            path: path.into(),
            threshold: THRESHOLD,
            looks: Arc::new(Semaphore::new(1)),
        }
    }

    /// Sets how many bytes have to be free.
    pub fn threshold(mut self, bytes: u64) -> Self {
        self.threshold = bytes;
        self
    }

    /// Gives it another name, where more than one disk is checked.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }
}

impl HealthCheck for DiskSpace {
    fn name(&self) -> &str {
        &self.name
    }

    async fn check(&self) -> Result<Checkup, BoxError> {
        let look = Arc::clone(&self.looks)
            .try_acquire_owned()
            .map_err(|_| "the file system has not answered since the last check")?;
        let path = self.path.clone();
        let stats = task::spawn_blocking(move || {
            let stats = fs4::statvfs(path);
            drop(look);
            stats
        });
        let stats = stats.await??;
        let checkup = if stats.available_space() < self.threshold {
            Checkup::down()
        } else {
            Checkup::up()
        };
        Ok(checkup
            .detail("path", self.path.to_string_lossy())
            .detail("total", stats.total_space())
            .detail("free", stats.available_space())
            .detail("threshold", self.threshold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;

    #[tokio::test]
    async fn a_disk_is_down_where_less_is_free_than_should_be() {
        let roomy = DiskSpace::new("/").threshold(0).check().await.unwrap();
        assert_eq!(roomy.status(), Status::Up);
        let full = DiskSpace::new("/").threshold(u64::MAX).check().await;
        assert_eq!(full.unwrap().status(), Status::Down);
    }

    #[tokio::test]
    async fn a_path_that_is_not_there_is_an_error() {
        let missing = DiskSpace::new("/not/there").check().await;
        assert!(missing.unwrap_err().to_string().contains("No such file"));
    }

    #[tokio::test]
    async fn a_look_that_hangs_is_not_joined_by_another() {
        let disk = DiskSpace::new("/");
        let _hanging = disk.looks.try_acquire().unwrap();
        let error = disk.check().await.unwrap_err();
        assert!(error.to_string().contains("has not answered"), "{error}");
    }
}
