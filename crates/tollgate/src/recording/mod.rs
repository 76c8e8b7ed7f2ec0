//! The recorder behind the suite, installed once per process.

mod own;
#[cfg(feature = "metrics-exporter-prometheus")]
mod stock;

use std::sync::Arc;

use tollgate_exposition::Exposition;

pub(crate) use self::own::Setup;
use crate::Error;

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
            Self::Own(setup) => Arc::new(own::install(setup, buckets)?),
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
