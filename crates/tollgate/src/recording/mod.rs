//! The recorder behind the suite, installed once per process.

#[cfg(feature = "metrics-exporter-prometheus")]
mod stock;

use std::sync::Arc;

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
                Arc::new(builder.install().map_err(|e| {
                    if e.is_other_recorder() {
                        foreign_recorder()
                    } else {
                        Error::of(e).of_recorder()
                    }
                })?)
            }
            #[cfg(feature = "metrics-exporter-prometheus")]
            Self::Stock => stock::install(buckets)?,
        })
    }
}

impl Default for Choice {
    fn default() -> Self {
        Self::Own(Box::new(|recorder| recorder))
    }
}

fn foreign_recorder() -> Error {
    let message = "another recorder is installed already: install the suite before anything else that \
                   installs a recorder, or mount that recorder's own handle with tollgate-axum";
    Error::new(message.to_owned()).of_recorder()
}
