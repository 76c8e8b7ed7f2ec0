//! Where a collector's metrics go.

use std::{fmt, sync::Arc};

use metrics::Recorder;

/// A recorder that was given, or the global one at the time of each use.
#[derive(Clone, Default)]
pub(crate) struct Destination(Option<Arc<dyn Recorder + Send + Sync>>);

impl Destination {
    pub(crate) fn given(recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        Self(Some(recorder))
    }

    pub(crate) fn with<T>(&self, register: impl FnOnce(&dyn Recorder) -> T) -> T {
        match &self.0 {
            Some(recorder) => register(recorder.as_ref()),
            None => metrics::with_recorder(register),
        }
    }
}

impl fmt::Debug for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Some(_) => "given",
            None => "global",
        })
    }
}
