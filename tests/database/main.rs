//! Database metrics against real databases.

mod hostile;
mod migrations;
mod postgres;
mod server;
mod shop;
mod sqlite;
