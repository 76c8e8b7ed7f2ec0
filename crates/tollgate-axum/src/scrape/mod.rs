//! The metrics route, from the request to the shared body.
//!
//! A scrape's way is [`route`] → [`negotiate`] → [`render`]: who asks, what for, and the one
//! rendering that answers everybody who asks for the same at once.

mod encoding;
mod instruments;
mod negotiate;
mod patience;
mod render;
mod route;

pub(crate) use self::instruments::ScrapeMetric;
pub use self::route::MetricsRoute;
