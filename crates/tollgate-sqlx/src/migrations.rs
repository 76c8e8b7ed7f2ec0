//! Collector of migrations.

use std::borrow::Cow;

use metrics::Recorder;
use sqlx::{
    Error,
    migrate::{AppliedMigration, Migrate, MigrateError, Migrator},
};
use tollgate_families::{BoxError, Collector, Stage};

use crate::{DatabaseMetric, MeteredPool, driver::MeteredDatabase};

impl<DB: MeteredDatabase> MeteredPool<DB>
where
    DB::Connection: Migrate,
{
    /// Returns a collector of the numbers of migrations that the database has, and that it lacks of
    /// those of a migrator.
    ///
    /// It asks the database each time, and changes nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use sqlx::{Sqlite, migrate::Migrator};
    /// use tollgate_families::Collector;
    /// use tollgate_sqlx::MeteredPool;
    ///
    /// /// For `Periodic` or `ScrapeHooks` of `tollgate-collectors`.
    /// fn migrations(pool: &MeteredPool<Sqlite>, migrator: &Migrator) -> impl Collector + use<> {
    ///     pool.migrations(migrator)
    /// }
    /// ```
    pub fn migrations(&self, migrator: &Migrator) -> impl Collector + use<DB> {
        let up = migrator
            .iter()
            .filter(|migration| !migration.migration_type.is_down_migration());
        Migrations {
            pool: self.clone(),
            table: migrator.table_name.clone(),
            versions: up.map(|migration| migration.version).collect(),
        }
    }
}

struct Migrations<DB: MeteredDatabase> {
    pool: MeteredPool<DB>,
    table: Cow<'static, str>,
    versions: Vec<i64>,
}

impl<DB: MeteredDatabase> Migrations<DB>
where
    DB::Connection: Migrate,
{
    /// Returns the migrations that the database has.
    async fn applied(&self) -> Result<Vec<AppliedMigration>, MigrateError> {
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
        Collector::describe(&self.pool, recorder);
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
