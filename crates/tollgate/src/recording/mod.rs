//! The recorder behind the suite, installed once per process: tollgate's own, or the stock one
//! where the feature `recorder` is off.

#[cfg(feature = "recorder")]
mod own;
#[cfg(not(feature = "recorder"))]
mod stock;

#[cfg(feature = "recorder")]
pub(crate) use self::own::{Recorded, builder, install};
#[cfg(not(feature = "recorder"))]
pub(crate) use self::stock::{Recorded, install};

/// How the names of histograms of sizes end, those of the presets included.
const SIZE_SUFFIXES: [&str; 2] = ["_bytes", "_body_size"];

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

/// What to say where somebody else's recorder is installed already.
const FOREIGN: &str = "another recorder is installed already: install the suite before anything \
                       else that installs a recorder, or mount that recorder's own handle with \
                       tollgate-axum";
