//! The metrics route, from the request to the shared body.
//!
//! A scrape's way is [`route`] → [`reader`] → [`negotiate`] → [`preparation`] → [`render`]: the guard, the
//! request, its representation, the hook, and one rendering for all scrapes that ask for the same one at once.

mod encoding;
mod instruments;
mod negotiate;
mod patience;
mod preparation;
mod reader;
mod render;
mod route;
mod weight;

pub(crate) use self::instruments::ScrapeMetric;
pub use self::{reader::MetricsReader, route::MetricsRoute};
