//! Do the database's metrics tell what happened, on real databases?

mod hostile;
mod migrations;
mod postgres;
mod server;
mod shop;
mod sqlite;
