//! What the demo itself reads from the environment; the rest is tollgate's.

use std::env;
use std::ffi::OsString;

/// The port to listen on: `PORT`, or 3000; 0 takes a free one.
pub(crate) fn port() -> Result<u16, String> {
    let Some(value) = variable("PORT") else {
        return Ok(3000);
    };
    let value = value.to_string_lossy();
    value.parse().map_err(|_| {
        format!("PORT={value:?} is not a port; set a number from 0 (any free one) to 65535")
    })
}

/// A key for this run, or `None` when the environment brings one.
pub(crate) fn key_of_this_run() -> Result<Option<String>, getrandom::Error> {
    if variable("MASTER_KEY").is_some() || variable("MASTER_KEY_FILE").is_some() {
        return Ok(None);
    }
    let mut random = [0; 16];
    getrandom::fill(&mut random)?;
    Ok(Some(format!("{:032x}", u128::from_ne_bytes(random))))
}

/// An empty variable counts as unset, as it does for tollgate.
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}
