//! Migrations of a database, applied and pending.

use sqlx::migrate::{Migrate, Migration, MigrationType, Migrator};
use sqlx::postgres::PgPoolOptions;
use sqlx::{Acquire, SqlSafeStr};
use tollgate_sqlx::MeteredDatabase;

use crate::server::Server;
use crate::shop::Shop;

/// Returns two migrations, each of which can be undone.
fn migrator() -> Migrator {
    let step = |version, kind, sql: &'static str| {
        Migration::new(version, "step".into(), kind, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(vec![
        step(
            1,
            MigrationType::ReversibleUp,
            "CREATE TABLE a (id INTEGER)",
        ),
        step(1, MigrationType::ReversibleDown, "DROP TABLE a"),
        step(
            2,
            MigrationType::ReversibleUp,
            "CREATE TABLE b (id INTEGER)",
        ),
        step(2, MigrationType::ReversibleDown, "DROP TABLE b"),
    ])
}

async fn are_collected<DB: MeteredDatabase>(shop: &Shop<DB>)
where
    DB::Connection: Migrate,
    for<'a> &'a sqlx::Pool<DB>:
        Acquire<'a, Database = DB, Connection = sqlx::pool::PoolConnection<DB>>,
{
    let migrator = migrator();
    let collected = async || {
        shop.collect(shop.pool.migrations(&migrator)).await;
        let labels = [("db", "shop")];
        let applied = shop.sum("db_migrations_applied", &labels);
        (applied, shop.sum("db_migrations_pending", &labels))
    };
    let pool = shop.pool.inner();
    assert_eq!(collected().await, (0, 2));
    migrator.run_to(1, pool).await.unwrap();
    assert_eq!(collected().await, (1, 1));
    migrator.run(pool).await.unwrap();
    assert_eq!(collected().await, (2, 0));
    migrator.undo(pool, 1).await.unwrap();
    assert_eq!(collected().await, (1, 1));
    // A closed pool cannot be asked: the old values stay.
    pool.close().await;
    assert_eq!(collected().await, (1, 1));
}

#[tokio::test]
async fn migrations_of_a_file_are_collected() {
    are_collected(&Shop::open().await).await;
}

#[tokio::test]
async fn migrations_of_a_server_are_collected() {
    let Some(server) = Server::shared().await else {
        return;
    };
    are_collected(&Shop::on_server(&server, PgPoolOptions::new()).await).await;
}
