//! A database after every kind of use that is counted.

use metrics::Recorder;
use sqlx::{
    Sqlite,
    migrate::Migrator,
    query,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use std::sync::Arc;
use tempfile::TempDir;
use tollgate_sqlx::{DatabaseMetrics, MeteredPool};

pub(crate) struct Database {
    pub(crate) pool: MeteredPool<Sqlite>,
    pub(crate) migrator: Migrator,
    _directory: TempDir,
}

impl Database {
    /// Opens a database, applies one of two migrations, and runs queries and transactions.
    pub(crate) async fn used(recorder: Arc<dyn Recorder + Send + Sync>) -> Self {
        let directory = TempDir::new().unwrap();
        let file = |name: &str| directory.path().join(name);
        let first = "CREATE TABLE devices (name TEXT UNIQUE NOT NULL);";
        std::fs::write(file("1_devices.sql"), first).unwrap();
        let migrator = Migrator::new(directory.path()).await.unwrap();

        let metrics = DatabaseMetrics::builder("default")
            .recorder(recorder)
            .build()
            .unwrap();
        let options = SqliteConnectOptions::new()
            .filename(file("systems.db"))
            .create_if_missing(true);
        let pool = metrics.count_connections(SqlitePoolOptions::new().max_connections(1));
        let pool = MeteredPool::new(pool.connect_with(options).await.unwrap(), metrics);
        migrator.run(pool.inner()).await.unwrap();
        std::fs::write(file("2_sites.sql"), "CREATE TABLE sites (name TEXT);").unwrap();
        let migrator = Migrator::new(directory.path()).await.unwrap();

        let insert = "INSERT INTO devices VALUES ('router')";
        query(insert).execute(&pool).await.unwrap();
        query(insert).execute(&pool).await.unwrap_err();
        query("SELECT name FROM devices")
            .fetch_all(&pool)
            .await
            .unwrap();
        pool.begin().await.unwrap().commit().await.unwrap();
        pool.begin().await.unwrap().rollback().await.unwrap();

        Self {
            migrator,
            pool,
            _directory: directory,
        }
    }
}
