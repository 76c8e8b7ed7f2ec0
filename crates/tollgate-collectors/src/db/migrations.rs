//! Which migrations a database has.

use std::{borrow::Cow, fmt};

use metrics::Recorder;
use sqlx::{
    Error,
    migrate::{AppliedMigration, Migrate, MigrateError, Migrator},
};

use crate::{
    BoxError, Collector, Stage,
    db::{MeteredPool, database::MeteredDatabase, names::DatabaseMetric},
};

/// Collects how many migrations a database has, and how many it lacks.
///
/// It asks the database each time, and leaves it as it is.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use sqlx::{Sqlite, migrate::Migrator};
/// use tollgate_collectors::{Periodic, PeriodicGuard, db::{MeteredPool, Migrations}};
///
/// fn watch(pool: &MeteredPool<Sqlite>, migrator: &Migrator) -> PeriodicGuard {
///     let migrations = Migrations::new(pool, migrator);
///     Periodic::new("migrations", Duration::from_secs(60)).start(migrations)
/// }
/// ```
pub struct Migrations<DB: MeteredDatabase> {
    pool: MeteredPool<DB>,
    table: Cow<'static, str>,
    versions: Vec<i64>,
}

impl<DB: MeteredDatabase> Migrations<DB> {
    /// Compares the database of a pool with what a migrator would apply.
    pub fn new(pool: &MeteredPool<DB>, migrator: &Migrator) -> Self {
        let up = migrator
            .iter()
            .filter(|migration| !migration.migration_type.is_down_migration());
        Self {
            pool: pool.clone(),
            table: migrator.table_name.clone(),
            versions: up.map(|migration| migration.version).collect(),
        }
    }

    /// The migrations that the database has: none before the first.
    async fn applied(&self) -> Result<Vec<AppliedMigration>, MigrateError>
    where
        DB::Connection: Migrate,
    {
        let mut connection = self.pool.acquire().await?;
        let listed = connection.inner_mut().list_applied_migrations(&self.table);
        match listed.await {
            Err(MigrateError::Execute(Error::Database(error)))
                if DB::is_missing_table(error.as_ref()) =>
            {
                Ok(Vec::new())
            }
            listed => listed,
        }
    }
}

impl<DB: MeteredDatabase> Collector for Migrations<DB>
where
    DB::Connection: Migrate,
{
    fn describe(&self, recorder: &dyn Recorder) {
        if let Some(meter) = self.pool.meter {
            meter.names.describe(recorder);
        }
    }

    async fn collect(&mut self, stage: &mut Stage) -> Result<(), BoxError> {
        let Some(meter) = self.pool.meter else {
            return Ok(());
        };
        let applied = self.applied().await?;
        let is_pending = |version: &&i64| applied.iter().all(|known| known.version != **version);
        let pending = self.versions.iter().filter(is_pending).count();
        let applied = u32::try_from(applied.len())?;
        meter.stage(stage, DatabaseMetric::MigrationsApplied, applied);
        meter.stage(
            stage,
            DatabaseMetric::MigrationsPending,
            u32::try_from(pending)?,
        );
        Ok(())
    }
}

impl<DB: MeteredDatabase> fmt::Debug for Migrations<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Migrations")
            .field("pool", &self.pool)
            .field("table", &self.table)
            .field("versions", &self.versions.len())
            .finish()
    }
}
