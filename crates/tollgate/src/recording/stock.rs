//! The stock recorder of metrics-exporter-prometheus, and the upkeep that keeps it from growing.

use std::{
    sync::{
        Arc, Mutex, PoisonError, Weak,
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread,
    time::Duration,
};

use axum::BoxError;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tollgate_exposition::{Exposition, Format, Selection, Snapshot};

use tollgate_families::{BYTES_BUCKETS, SECONDS_BUCKETS};

use super::foreign_recorder;
use crate::{Error, catalogue::catalogue};

/// How often the recorder folds its raw samples into buckets when nothing scrapes it.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

/// The recorder that this process has, and its exposition as long as a suite is alive.
static INSTALLED: Mutex<Option<(PrometheusHandle, Weak<StockExposition>)>> = Mutex::new(None);

/// The suite's hold on the global recorder. A thread runs the recorder's upkeep until this is dropped.
#[derive(Debug)]
pub(super) struct StockExposition {
    handle: PrometheusHandle,
    _stop: Sender<()>,
}

/// Installs the recorder, or joins the one that an earlier suite has installed.
pub(super) fn install(buckets: Option<&[f64]>) -> Result<Arc<StockExposition>, Error> {
    let mut slot = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    let (handle, alive) = match slot.as_mut() {
        Some(installed) => installed,
        None => slot.insert((install_recorder(buckets)?, Weak::new())),
    };
    if let Some(exposition) = alive.upgrade() {
        return Ok(exposition);
    }
    let exposition = Arc::new(StockExposition {
        handle: handle.clone(),
        _stop: start_upkeep(handle.clone())?,
    });
    *alive = Arc::downgrade(&exposition);
    Ok(exposition)
}

impl Exposition for StockExposition {
    fn read(&self, selection: &Selection) -> Result<Snapshot, BoxError> {
        self.handle.read(selection)
    }

    fn write(
        &self,
        format: Format,
        selection: &Selection,
        out: &mut Vec<u8>,
    ) -> Result<usize, BoxError> {
        self.handle.write(format, selection, out)
    }

    fn formats(&self) -> &[Format] {
        self.handle.formats()
    }
}

fn install_recorder(buckets: Option<&[f64]>) -> Result<PrometheusHandle, Error> {
    let recorder = builder(buckets)
        .map_err(|e| Error::of(e).of_recorder())?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|_| foreign_recorder())?;
    Ok(handle)
}

/// This recorder takes no bounds with a registration, and knows no units: it has them by name.
fn builder(buckets: Option<&[f64]>) -> Result<PrometheusBuilder, BuildError> {
    let mut builder = PrometheusBuilder::new().set_buckets(buckets.unwrap_or(&SECONDS_BUCKETS))?;
    let bytes = Matcher::Suffix("_bytes".to_owned());
    builder = builder.set_buckets_for_metric(bytes, &BYTES_BUCKETS)?;
    if buckets.is_none() {
        for entry in catalogue().entries() {
            if let Some(bounds) = entry.bounds {
                let name = Matcher::Full(entry.name.clone());
                builder = builder.set_buckets_for_metric(name, bounds)?;
            }
        }
    }
    Ok(builder)
}

/// Starts the thread of the recorder's upkeep, which ends when the sender is dropped.
fn start_upkeep(handle: PrometheusHandle) -> Result<Sender<()>, Error> {
    let (stop, stopped) = mpsc::channel::<()>();
    let upkeep = move || {
        while stopped.recv_timeout(UPKEEP_INTERVAL) == Err(RecvTimeoutError::Timeout) {
            handle.run_upkeep();
        }
    };
    let thread = thread::Builder::new().name("tollgate-upkeep".to_owned());
    thread.spawn(upkeep).map_err(|e| {
        let message = format!("cannot start the thread tollgate-upkeep: {e}");
        Error::telling(message, e).of_recorder()
    })?;
    Ok(stop)
}
