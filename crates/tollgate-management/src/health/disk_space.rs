//! Check of the free space on a disk.

use std::{error::Error, path::PathBuf, sync::Arc};

use tokio::{sync::Semaphore, task};

use super::{Checkup, HealthCheck};

/// Default threshold: 10 MiB, as in Micronaut and Spring.
const THRESHOLD: u64 = 10 * 1024 * 1024;

/// Check of the free space on the file system of a path: the check `diskSpace` unless named.
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
/// # Ok::<(), tollgate_management::BuildError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a check does nothing until it is added"]
pub struct DiskSpace {
    name: String,
    path: PathBuf,
    threshold: u64,
    /// Permit for one call at a time: on a network file system it may hang, and block its thread.
    calls: Arc<Semaphore>,
}

impl DiskSpace {
    /// Returns a check that is down if less than 10 MiB are free.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            name: "diskSpace".to_owned(),
            path: path.into(),
            threshold: THRESHOLD,
            calls: Arc::new(Semaphore::new(1)),
        }
    }

    /// Sets the number of bytes that must be free.
    pub fn threshold(mut self, bytes: u64) -> Self {
        self.threshold = bytes;
        self
    }

    /// Sets the name, for an app that checks more than one disk.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }
}

impl HealthCheck for DiskSpace {
    fn name(&self) -> &str {
        &self.name
    }

    async fn check(&self) -> Result<Checkup, Box<dyn Error + Send + Sync>> {
        let permit = Arc::clone(&self.calls)
            .try_acquire_owned()
            .map_err(|_| "the file system has not answered since the last check")?;
        let path = self.path.clone();
        let stats = task::spawn_blocking(move || {
            let stats = fs4::statvfs(path);
            drop(permit);
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
    use crate::health::Status;

    #[tokio::test]
    async fn disk_with_less_than_the_threshold_is_down() {
        let roomy = DiskSpace::new("/").threshold(0).check().await.unwrap();
        assert_eq!(roomy.status(), Status::Up);
        let full = DiskSpace::new("/").threshold(u64::MAX).check().await;
        assert_eq!(full.unwrap().status(), Status::Down);
    }

    #[tokio::test]
    async fn missing_path_is_an_error() {
        let missing = DiskSpace::new("/not/there").check().await;
        assert!(missing.unwrap_err().to_string().contains("No such file"));
    }

    #[tokio::test]
    async fn hanging_call_blocks_no_second_thread() {
        let disk = DiskSpace::new("/");
        let _hanging = disk.calls.try_acquire().unwrap();
        let error = disk.check().await.unwrap_err();
        assert!(error.to_string().contains("has not answered"), "{error}");
    }
}
