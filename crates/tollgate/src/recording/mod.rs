//! The recorder behind the suite, installed once per process: tollgate's own, or the stock one
//! where the feature `recorder` is off.

#[cfg(feature = "recorder")]
mod own;
#[cfg(not(feature = "recorder"))]
mod stock;

#[cfg(feature = "recorder")]
pub(crate) use self::own::{Recorded, Setup, install};
#[cfg(not(feature = "recorder"))]
pub(crate) use self::stock::{Recorded, install};

/// Endings of the names of histograms with other bounds than those of requests, and these bounds.
/// The names of the presets are included.
const BOUNDS_BY_SUFFIX: [(&str, &[f64]); 9] = [
    ("_bytes", &SIZE_BUCKETS),
    ("_body_size", &SIZE_BUCKETS),
    ("job_duration_seconds", &JOB_BUCKETS),
    ("job_timings_seconds", &JOB_BUCKETS),
    ("_queued_duration_seconds", &JOB_BUCKETS),
    ("_ended_duration_seconds", &JOB_BUCKETS),
    ("_execution_duration_seconds", &JOB_BUCKETS),
    ("websocket_duration_seconds", &WEBSOCKET_BUCKETS),
    ("websocket_durations_seconds", &WEBSOCKET_BUCKETS),
];

/// The bounds of histograms of jobs, in seconds: up to an hour.
const JOB_BUCKETS: [f64; 8] = [1.0, 10.0, 30.0, 60.0, 300.0, 600.0, 1_800.0, 3_600.0];

/// The bounds of histograms of sizes, in bytes: powers of four from 64 B to 64 MiB.
const SIZE_BUCKETS: [f64; 11] = [
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

/// The bounds of durations of websockets, in seconds: from a connection that is lost at once to
/// one that stays for longer than a day.
const WEBSOCKET_BUCKETS: [f64; 6] = [0.001, 1.0, 60.0, 3_600.0, 54_000.0, 108_000.0];

/// The message when another recorder is installed already.
const FOREIGN: &str = "another recorder is installed already: install the suite before anything \
                       else that installs a recorder, or mount that recorder's own handle with \
                       tollgate-axum";
