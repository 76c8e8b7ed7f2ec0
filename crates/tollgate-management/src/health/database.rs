//! Whether a database answers.

use sqlx::{Connection, Database, Pool};

use super::{BoxError, Checkup, HealthCheck};

/// A ping through a connection of one of sqlx's pools: the check `db` unless named.
///
/// It waits for a connection as everybody does, so that a pool that is used up is down too.
///
/// # Examples
///
/// ```
/// use sqlx::{Database, Pool};
/// use tollgate_management::{DatabasePing, Health, ManagementError};
///
/// fn health<DB: Database>(pool: Pool<DB>) -> Result<Health, ManagementError> {
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
    /// Pings through a connection of `pool`.
    pub fn new(pool: Pool<DB>) -> Self {
        Self {
            name: "db".to_owned(),
            pool,
        }
    }

    /// Gives it another name, where more than one database is pinged.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }
}

impl<DB: Database> HealthCheck for DatabasePing<DB> {
    fn name(&self) -> &str {
        &self.name
    }

    async fn check(&self) -> Result<Checkup, BoxError> {
        self.pool.acquire().await?.ping().await?;
        Ok(Checkup::up().detail("database", DB::NAME))
    }
}
