//! Metrics: as they are scraped, as a list of names, and one at a time.
//!
//! Everything is read through one `MetricsReader`, which negotiates,
//! limits and shares. A request's way is [`endpoint`] → the reader, and for one metric [`one`].

mod endpoint;
mod one;

pub(crate) use self::endpoint::{IDS, endpoints};
