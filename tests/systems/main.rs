//! Five systems with well-known dashboards: a running app exposes their metrics by the names that
//! `docs/systems.md` promises.

#![allow(clippy::float_cmp, reason = "counts are exact in an f64")]

mod app;
mod aurora;
mod aviator;
mod coder;
mod database;
mod document;
mod kestra;
mod netpoint;
