//! What has to be asked for its values.

use std::{error::Error, future::Future};

use metrics::Recorder;

use crate::Stage;

/// Why a collector could not collect.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// Something that has to be asked for its values, by a [`Periodic`](crate::Periodic) in an interval
/// or by [`ScrapeHooks`](crate::ScrapeHooks) for each scrape.
///
/// A collector puts all it finds out on a [`Stage`]. It gets to the recorder when the collector has
/// returned `Ok`, all at once; after an error or a panic nothing does, and the values from before
/// stay.
///
/// # Examples
///
/// ```
/// use metrics::{Recorder, Unit};
/// use tollgate_collectors::{BoxError, Collector, Stage};
///
/// /// How full a directory is.
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
    /// Tells the recorder what the metrics mean, before they are collected for the first time.
    ///
    /// Nothing unless overridden.
    fn describe(&self, recorder: &dyn Recorder) {
        let _ = recorder;
    }

    /// Finds out all values and puts them on `stage`, which is empty.
    ///
    /// Runs on the runtime's workers: what blocks belongs into `tokio::task::spawn_blocking`. It may
    /// be dropped at any await, and is called again after an error and after a panic.
    ///
    /// # Errors
    ///
    /// Whatever keeps the values from being found out. It is logged and counted.
    fn collect(&mut self, stage: &mut Stage) -> impl Future<Output = Result<(), BoxError>> + Send;
}
