//! Do the database's metrics tell what happened, on real databases?

mod shop;
mod sqlite;
