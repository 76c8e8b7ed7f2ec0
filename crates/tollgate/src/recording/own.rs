//! tollgate's recorder, which needs no upkeep. Its bounds are those of OpenTelemetry's HTTP
//! conventions unless said otherwise.

use tollgate_recorder::{ErrorKind as RecorderErrorKind, Handle, Matcher, RecorderBuilder};

use super::{BOUNDS_BY_SUFFIX, FOREIGN};
use crate::{Error, ErrorKind};

/// What of the global recorder the suite holds on to.
pub(crate) type Recorded = Handle;

/// The settings that the suite starts from: sizes have buckets of bytes, and jobs and websockets take
/// longer than requests.
pub(crate) fn builder() -> RecorderBuilder {
    BOUNDS_BY_SUFFIX
        .into_iter()
        .fold(RecorderBuilder::new(), |builder, (suffix, bounds)| {
            builder.buckets_for(Matcher::Suffix(suffix.to_owned()), bounds)
        })
}

/// Installs the recorder, or joins the one that was installed before.
pub(crate) fn install(builder: RecorderBuilder) -> Result<Recorded, Error> {
    builder.install().map_err(|e| {
        let message = match e.kind() {
            RecorderErrorKind::OtherRecorder => FOREIGN.to_owned(),
            _ => e.to_string(),
        };
        Error::new(ErrorKind::Recorder, message)
    })
}
