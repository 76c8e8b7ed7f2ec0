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

/// The message when another recorder is installed already.
const FOREIGN: &str = "another recorder is installed already: install the suite before anything \
                       else that installs a recorder, or mount that recorder's own handle with \
                       tollgate-axum";
