//! Request metrics for any tower HTTP service
