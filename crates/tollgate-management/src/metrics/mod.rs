//! What is measured: as it is scraped, the list of names, and one metric at a time.
//!
//! Everything comes from one [`MetricsRoute`](tollgate_axum::MetricsRoute), which negotiates, limits
//! and shares renderings: a [`catalogue`] adds the list of names to what it offers. A request's way is
//! [`endpoint`] → [`scrapes`] → the route; one metric is then a [`reading`] of its [`text`].

mod catalogue;
mod endpoint;
mod reading;
mod scrapes;
mod text;

pub(crate) use self::endpoint::IDS;
pub use self::endpoint::Metrics;
