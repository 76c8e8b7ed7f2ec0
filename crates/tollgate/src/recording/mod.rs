//! The recorder behind the suite, installed once per process.

#[cfg(feature = "metrics-exporter-prometheus")]
mod stock;

use std::sync::{Arc, Mutex, PoisonError};

use tollgate_exposition::Exposition;
use tollgate_recorder::RecorderBuilder;

use crate::Error;

/// Settings that code gives tollgate's own recorder.
type Setup = Box<dyn FnOnce(RecorderBuilder) -> RecorderBuilder + Send + Sync>;

/// Recorder that the suite installs, unless the process has it already.
pub(crate) enum Choice {
    /// tollgate's own, with the settings of code.
    Own(Setup),
    /// That of metrics-exporter-prometheus.
    #[cfg(feature = "metrics-exporter-prometheus")]
    Stock,
}

impl Choice {
    /// Installs the recorder, or joins the one that an earlier suite installed.
    pub(crate) fn install(self, buckets: Option<&[f64]>) -> Result<Arc<dyn Exposition>, Error> {
        Ok(match self {
            Self::Own(setup) => {
                let mut builder = setup(RecorderBuilder::new());
                if let Some(buckets) = buckets {
                    builder = builder.seconds_buckets(buckets);
                }
                let settings = [&RecorderBuilder::new(), &builder].map(|set| format!("{set:?}"));
                let handle = builder.install().map_err(|e| {
                    if e.is_other_recorder() {
                        foreign_recorder()
                    } else {
                        Error::of(e).of_recorder()
                    }
                })?;
                warn_if_dropped(settings);
                Arc::new(handle)
            }
            #[cfg(feature = "metrics-exporter-prometheus")]
            Self::Stock => {
                let exposition = stock::install(buckets)?;
                warn_if_dropped([None, buckets].map(|set| format!("{set:?}")));
                exposition
            }
        })
    }
}

impl Default for Choice {
    fn default() -> Self {
        Self::Own(Box::new(|recorder| recorder))
    }
}

/// Warns if a suite has other settings than the first one, whose recorder it joins, and than the default.
fn warn_if_dropped([default, settings]: [String; 2]) {
    static FIRST: Mutex<Option<String>> = Mutex::new(None);

    let mut first = FIRST.lock().unwrap_or_else(PoisonError::into_inner);
    let first = first.get_or_insert_with(|| settings.clone());
    if *first != settings && default != settings {
        tracing::warn!(
            "an earlier suite of this process has installed the recorder: the buckets, labels and limits \
             of this one are without effect; build one suite, or give all the same"
        );
    }
}

fn foreign_recorder() -> Error {
    let message = "another recorder is installed already: install the suite before anything else that \
                   installs a recorder, or mount that recorder's own handle with tollgate-axum";
    Error::new(message.to_owned()).of_recorder()
}
