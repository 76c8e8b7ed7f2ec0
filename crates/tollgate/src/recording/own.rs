//! tollgate's recorder, which needs no upkeep.

use tollgate_recorder::{Handle, RecorderBuilder};

use super::FOREIGN;
use crate::Error;

/// The suite's hold on the global recorder.
pub(crate) type Recorded = Handle;

/// A change of the recorder's settings by code.
pub(crate) type Setup = Box<dyn FnOnce(RecorderBuilder) -> RecorderBuilder + Send + Sync>;

/// Installs the recorder, or joins the one that was installed before. Given buckets are
/// those of everything in seconds, unless the setup has bounds for a name.
pub(crate) fn install(setup: Option<Setup>, buckets: Option<&[f64]>) -> Result<Recorded, Error> {
    let mut builder = RecorderBuilder::new();
    if let Some(setup) = setup {
        builder = setup(builder);
    }
    if let Some(buckets) = buckets {
        builder = builder.seconds_buckets(buckets);
    }
    builder.install().map_err(|e| {
        let message = if e.is_other_recorder() {
            FOREIGN.to_owned()
        } else {
            e.to_string()
        };
        Error::new(message).of_recorder()
    })
}
