//! tollgate's own recorder.

use tollgate_recorder::{Handle, RecorderBuilder};

use super::foreign_recorder;
use crate::Error;

/// Settings that code gives the recorder.
pub(crate) type Setup = Box<dyn FnOnce(RecorderBuilder) -> RecorderBuilder + Send + Sync>;

pub(super) fn install(setup: Setup, buckets: Option<&[f64]>) -> Result<Handle, Error> {
    let mut builder = setup(RecorderBuilder::new());
    if let Some(buckets) = buckets {
        builder = builder.seconds_buckets(buckets);
    }
    builder.install().map_err(|e| {
        if e.is_other_recorder() {
            foreign_recorder()
        } else {
            Error::of(e).of_recorder()
        }
    })
}
