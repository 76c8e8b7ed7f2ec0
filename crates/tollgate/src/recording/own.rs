//! tollgate's recorder, which needs no upkeep. Its bounds are those of OpenTelemetry's HTTP
//! conventions unless said otherwise.

use tollgate_recorder::{Handle, Matcher, RecorderBuilder};

use super::{BOUNDS_BY_SUFFIX, FOREIGN};
use crate::Error;

/// The suite's hold on the global recorder.
pub(crate) type Recorded = Handle;

/// A change of the recorder's settings by code.
pub(crate) type Setup = Box<dyn FnOnce(RecorderBuilder) -> RecorderBuilder + Send + Sync>;

/// Installs the recorder, or joins the one that was installed before. Given buckets override those
/// of the setup.
pub(crate) fn install(setup: Option<Setup>, buckets: Option<&[f64]>) -> Result<Recorded, Error> {
    let mut builder = builder();
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

/// The settings that the suite starts from: sizes have buckets of bytes, and jobs and websockets take
/// longer than requests.
fn builder() -> RecorderBuilder {
    BOUNDS_BY_SUFFIX
        .into_iter()
        .fold(RecorderBuilder::new(), |builder, (suffix, bounds)| {
            builder.buckets_for(Matcher::Suffix(suffix.to_owned()), bounds)
        })
}
