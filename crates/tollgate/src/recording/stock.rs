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

use super::FOREIGN;
use crate::Error;

/// The bounds of every histogram unless said otherwise, in seconds: those of OpenTelemetry's HTTP
/// conventions.
const BUCKETS: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

/// Bounds by the default name of a metric, or by the ending that Prometheus gives to bytes: unlike
/// tollgate's own recorder, this one knows neither units nor the bounds that metrics bring with them.
const BOUNDS: [(&str, &[f64]); 4] = [
    ("_bytes", &BYTES),
    ("job_duration_seconds", &JOBS),
    ("job_queued_duration_seconds", &JOBS),
    ("websocket_duration_seconds", &WEBSOCKETS),
];

/// Bounds of sizes in bytes: powers of four from 64 B to 64 MiB.
const BYTES: [f64; 11] = [
    64.0,
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];

/// Bounds of jobs in seconds: up to an hour.
const JOBS: [f64; 8] = [1.0, 10.0, 30.0, 60.0, 300.0, 600.0, 1_800.0, 3_600.0];

/// Bounds of websockets in seconds: from a connection that is lost at once to one that stays for
/// longer than a day.
const WEBSOCKETS: [f64; 6] = [0.001, 1.0, 60.0, 3_600.0, 54_000.0, 108_000.0];

/// How often the recorder folds its raw samples into buckets when nothing scrapes it.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

static INSTALLED: Mutex<Option<Installed>> = Mutex::new(None);

/// The recorder that this process has, and its upkeep as long as a suite is alive.
struct Installed {
    handle: PrometheusHandle,
    upkeep: Weak<Upkeep>,
}

/// The suite's hold on the global recorder.
#[derive(Debug)]
pub(crate) struct Recorded {
    handle: PrometheusHandle,
    _upkeep: Arc<Upkeep>,
}

/// Installs the recorder, or joins the one that an earlier suite has installed.
pub(crate) fn install(buckets: Option<&[f64]>) -> Result<Recorded, Error> {
    let mut slot = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    let installed = match slot.as_mut() {
        Some(installed) => installed,
        None => slot.insert(Installed {
            handle: install_recorder(buckets.unwrap_or(&BUCKETS))?,
            upkeep: Weak::new(),
        }),
    };
    let upkeep = match installed.upkeep.upgrade() {
        Some(upkeep) => upkeep,
        None => Arc::new(Upkeep::start(installed.handle.clone())?),
    };
    installed.upkeep = Arc::downgrade(&upkeep);
    Ok(Recorded {
        handle: installed.handle.clone(),
        _upkeep: upkeep,
    })
}

impl Exposition for Recorded {
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

fn install_recorder(buckets: &[f64]) -> Result<PrometheusHandle, Error> {
    let recorder = builder(buckets)
        .map_err(|e| Error::telling(e.to_string(), e).of_recorder())?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder)
        .map_err(|_| Error::new(FOREIGN.to_owned()).of_recorder())?;
    Ok(handle)
}

fn builder(buckets: &[f64]) -> Result<PrometheusBuilder, BuildError> {
    let mut builder = PrometheusBuilder::new().set_buckets(buckets)?;
    for (name, bounds) in BOUNDS {
        let names = if name.starts_with('_') {
            Matcher::Suffix(name.to_owned())
        } else {
            Matcher::Full(name.to_owned())
        };
        builder = builder.set_buckets_for_metric(names, bounds)?;
    }
    Ok(builder)
}

/// A thread that runs the recorder's upkeep until this is dropped.
#[derive(Debug)]
struct Upkeep {
    _stop: Sender<()>,
}

impl Upkeep {
    fn start(handle: PrometheusHandle) -> Result<Self, Error> {
        let (stop, stopped) = mpsc::channel::<()>();
        thread::Builder::new()
            .name("tollgate-upkeep".to_owned())
            .spawn(move || {
                while stopped.recv_timeout(UPKEEP_INTERVAL) == Err(RecvTimeoutError::Timeout) {
                    handle.run_upkeep();
                }
            })
            .map_err(|e| {
                let message = format!("cannot start the thread tollgate-upkeep: {e}");
                Error::telling(message, e).of_recorder()
            })?;
        Ok(Self { _stop: stop })
    }
}
