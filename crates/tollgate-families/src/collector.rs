//! Sources of values that have to be asked.

use std::{error::Error, future::Future};

use metrics::Recorder;

use crate::Stage;

/// Reason why a collector could not collect.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Source of values that has to be asked for them: in an interval, or for each scrape.
///
/// `Periodic` and `ScrapeHooks` of `tollgate-collectors` ask it.
///
/// A collector puts all its values on a [`Stage`]. They reach the recorder together, after the
/// collector has returned `Ok`. After an error or a panic none does, and the old values stay.
///
/// # Examples
///
/// ```
/// use metrics::{Recorder, Unit};
/// use tollgate_families::{BoxError, Collector, Stage};
///
/// /// Number of files in a directory.
/// struct Spool(std::path::PathBuf);
///
/// impl Collector for Spool {
///     fn describe(&self, recorder: &dyn Recorder) {
///         recorder.describe_gauge("spool_files".into(), Some(Unit::Count), "Files to send.".into());
///     }
///
///     async fn collect(&mut self, stage: &mut Stage) -> Result<(), BoxError> {
///         let spool = self.0.clone();
///         let files = tokio::task::spawn_blocking(move || Ok::<_, std::io::Error>(spool.read_dir()?.count()));
///         stage.gauge("spool_files", &[("queue", "out")], files.await?? as f64);
///         Ok(())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a collector",
    label = "cannot be asked for its values",
    note = "implement `Collector`: one method that puts values on a stage"
)]
pub trait Collector: Send + 'static {
    /// Describes the metrics to a recorder, before they are collected for the first time.
    ///
    /// Does nothing unless overridden.
    fn describe(&self, recorder: &dyn Recorder) {
        let _ = recorder;
    }

    /// Puts all values on `stage`, which is empty.
    ///
    /// It runs on the runtime's workers: blocking calls belong into `tokio::task::spawn_blocking`. It
    /// may be dropped at any await, and is called again after an error and after a panic.
    ///
    /// # Errors
    ///
    /// If the values cannot be found out. The error is logged and counted.
    fn collect(&mut self, stage: &mut Stage) -> impl Future<Output = Result<(), BoxError>> + Send;
}
