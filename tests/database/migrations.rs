//! Which migrations a database has.

use sqlx::migrate::{Migrate, Migration, MigrationType, Migrator};
use sqlx::postgres::PgPoolOptions;
use sqlx::{Acquire, SqlSafeStr};
use tollgate_collectors::db::{MeteredDatabase, Migrations};

use crate::server::Server;
use crate::shop::Shop;

/// Two steps, each of which can be undone.
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

async fn are_told<DB: MeteredDatabase>(shop: &Shop<DB>)
where
    DB::Connection: Migrate,
    for<'a> &'a sqlx::Pool<DB>:
        Acquire<'a, Database = DB, Connection = sqlx::pool::PoolConnection<DB>>,
{
    let migrator = migrator();
    let told = async || {
        shop.collect(Migrations::new(&shop.pool, &migrator)).await;
        let labels = [("db", "shop")];
        let applied = shop.sum("db_migrations_applied", &labels);
        (applied, shop.sum("db_migrations_pending", &labels))
    };
    let pool = shop.pool.inner();
    assert_eq!(told().await, (0, 2));
    migrator.run_to(1, pool).await.unwrap();
    assert_eq!(told().await, (1, 1));
    migrator.run(pool).await.unwrap();
    assert_eq!(told().await, (2, 0));
    migrator.undo(pool, 1).await.unwrap();
    assert_eq!(told().await, (1, 1));
    // What cannot be asked stays as it was.
    pool.close().await;
    assert_eq!(told().await, (1, 1));
}

#[tokio::test]
async fn migrations_in_a_file_are_told() {
    are_told(&Shop::open().await).await;
}

#[tokio::test]
async fn migrations_on_a_server_are_told() {
    let Some(server) = Server::shared().await else {
        return;
    };
    are_told(&Shop::on_server(&server, PgPoolOptions::new()).await).await;
}
