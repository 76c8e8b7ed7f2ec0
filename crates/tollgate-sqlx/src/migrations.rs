//! Collector of migrations.

use std::{borrow::Cow, fmt};

use metrics::Recorder;
use sqlx::{
    Error,
    migrate::{AppliedMigration, Migrate, MigrateError, Migrator},
};
use tollgate_families::{BoxError, Collector, Stage};

use crate::{DatabaseMetric, MeteredPool, driver::MeteredDatabase};

/// Collector of the numbers of migrations that a database has, and that it lacks.
///
/// It asks the database each time, and changes nothing.
///
/// # Examples
///
/// ```
/// use sqlx::{Sqlite, migrate::Migrator};
/// use tollgate_families::Collector;
/// use tollgate_sqlx::{MeteredPool, Migrations};
///
/// /// For `Periodic` or `ScrapeHooks` of `tollgate-collectors`.
/// fn migrations(pool: &MeteredPool<Sqlite>, migrator: &Migrator) -> impl Collector {
///     Migrations::new(pool, migrator)
/// }
/// ```
pub struct Migrations<DB: MeteredDatabase> {
    pool: MeteredPool<DB>,
    table: Cow<'static, str>,
    versions: Vec<i64>,
}

impl<DB: MeteredDatabase> Migrations<DB> {
    /// Compares the database of a pool with the migrations of a migrator.
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

    /// Returns the migrations that the database has.
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
        if let Some(instruments) = &self.pool.instruments {
            instruments.settings.families.names.describe(recorder);
        }
    }

    async fn collect(&mut self, stage: &mut Stage) -> Result<(), BoxError> {
        let Some(instruments) = &self.pool.instruments else {
            return Ok(());
        };
        let applied = self.applied().await?;
        let is_pending = |version: &&i64| applied.iter().all(|known| known.version != **version);
        let pending = self.versions.iter().filter(is_pending).count();
        for (metric, count) in [
            (DatabaseMetric::MigrationsApplied, applied.len()),
            (DatabaseMetric::MigrationsPending, pending),
        ] {
            let count = u32::try_from(count)?;
            instruments.settings.stage(stage, metric, count);
        }
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
