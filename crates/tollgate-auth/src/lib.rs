//! Master-key bearer authentication for any tower HTTP service
