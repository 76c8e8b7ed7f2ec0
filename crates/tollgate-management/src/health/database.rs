//! Check of a database.

use std::error::Error;

use sqlx::{Connection, Database, Pool};

use super::{Checkup, HealthCheck};

/// Ping through a connection of a pool of sqlx: the check `db` unless named.
///
/// It waits for a connection like any other query, so that an exhausted pool is down too.
///
/// # Examples
///
/// ```
/// use sqlx::{Database, Pool};
/// use tollgate_management::{BuildError, DatabasePing, Health};
///
/// fn health<DB: Database>(pool: Pool<DB>) -> Result<Health, BuildError> {
///     Health::builder()
///         .check(DatabasePing::new(pool))
///         .group("readiness", ["db"])
///         .build()
/// }
/// ```
#[derive(Debug)]
#[must_use = "a check does nothing until it is added"]
pub struct DatabasePing<DB: Database> {
    name: String,
    pool: Pool<DB>,
}

impl<DB: Database> DatabasePing<DB> {
    /// Returns a ping through a connection of `pool`.
    pub fn new(pool: Pool<DB>) -> Self {
        Self {
            name: "db".to_owned(),
            pool,
        }
    }

    /// Sets the name, for an app with more than one database.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }
}

impl<DB: Database> HealthCheck for DatabasePing<DB> {
    fn name(&self) -> &str {
        &self.name
    }

    async fn check(&self) -> Result<Checkup, Box<dyn Error + Send + Sync>> {
        self.pool.acquire().await?.ping().await?;
        Ok(Checkup::up().detail("database", DB::NAME))
    }
}
