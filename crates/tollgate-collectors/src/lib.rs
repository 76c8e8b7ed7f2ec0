//! Metrics of what is not a request: process, runtime, database, cache, jobs, activity.
//!
//! Every collector writes through the [`metrics`] facade, so any recorder can export what it
//! measures, and is there only with its feature.
