//! Metrics of queries, transactions and waits on a server.

use std::time::Duration;

use futures_util::TryStreamExt;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Error, query, query_scalar};
use tollgate_sqlx::MeteredPool;

use crate::server::Server;
use crate::shop::{Shop, metrics, until, whole};

#[tokio::test]
async fn queries_rows_and_changes_are_counted_by_table() {
    let Some(server) = Server::shared().await else {
        return;
    };
    let shop = Shop::on_server(&server, PgPoolOptions::new()).await;
    let pool = &shop.pool;
    query("SELECT * FROM users").fetch_all(pool).await.unwrap();
    query("SELECT * FROM public.Users")
        .fetch_one(pool)
        .await
        .unwrap();
    assert_eq!(
        (
            shop.executions("select", "users"),
            shop.rows("select", "users")
        ),
        (2, 4)
    );

    let insert = "INSERT INTO orders (id, by_user) VALUES ($1, 1), ($2, 2) RETURNING id";
    let id: i32 = query_scalar(insert)
        .bind(1)
        .bind(2)
        .fetch_one(pool)
        .await
        .unwrap();
    assert_eq!((id, shop.changes("insert", "orders")), (1, 2));
    let upsert =
        "INSERT INTO users VALUES (1, 'eda', 1) ON CONFLICT (id) DO UPDATE SET name = 'eda'";
    query(upsert).execute(pool).await.unwrap();
    assert_eq!(shop.changes("insert", "users"), 1);
    let moved = "WITH gone AS (DELETE FROM orders RETURNING id) UPDATE users SET age = 2 WHERE id IN (SELECT id FROM gone)";
    query(moved).execute(pool).await.unwrap();
    assert_eq!(shop.changes("update", "users"), 2);
    query("UPDATE users SET age = 3")
        .execute(pool)
        .await
        .unwrap();
    query("DELETE FROM users WHERE id = $1")
        .bind(3)
        .execute(pool)
        .await
        .unwrap();
    assert_eq!(
        (
            shop.changes("update", "users"),
            shop.changes("delete", "users")
        ),
        (5, 1)
    );
}

#[tokio::test]
async fn errors_are_counted_by_kind() {
    let Some(server) = Server::shared().await else {
        return;
    };
    let shop = Shop::on_server(&server, PgPoolOptions::new()).await;
    let exclusive = "CREATE TABLE stays (during int4range, EXCLUDE USING gist (during WITH &&))";
    query(exclusive).execute(shop.pool.inner()).await.unwrap();
    for (sql, kind) in [
        ("INSERT INTO users VALUES (9, 'ada', 1)", "unique_violation"),
        ("INSERT INTO orders VALUES (1, 99)", "foreign_key_violation"),
        ("INSERT INTO users VALUES (9, NULL)", "not_null_violation"),
        ("UPDATE users SET age = -1", "check_violation"),
        (
            "INSERT INTO stays VALUES ('[1,3]'), ('[2,4]')",
            "exclusion_violation",
        ),
        ("SELECT * FROM nowhere", "database"),
        ("SELECT 1 / 0", "database"),
        ("SELEC", "database"),
    ] {
        let before = shop.errors(kind);
        query(sql).execute(&shop.pool).await.unwrap_err();
        assert_eq!(shop.errors(kind), before + 1, "{sql}");
    }
}

#[tokio::test]
async fn transactions_are_counted_by_outcome() {
    let Some(server) = Server::shared().await else {
        return;
    };
    let shop = Shop::on_server(&server, PgPoolOptions::new()).await;
    let insert = "INSERT INTO orders VALUES ($1, 1)";
    for (id, outcome) in ["committed", "rolled_back", "rolled_back"]
        .into_iter()
        .enumerate()
    {
        let before = shop.transactions(outcome);
        let mut transaction = shop.pool.begin().await.unwrap();
        let inserted = query(insert).bind(i32::try_from(id).unwrap());
        inserted.execute(&mut *transaction).await.unwrap();
        match id {
            0 => transaction.commit().await.unwrap(),
            1 => transaction.rollback().await.unwrap(),
            _ => drop(transaction),
        }
        assert_eq!(shop.transactions(outcome), before + 1);
    }
    let count: i64 = query_scalar("SELECT count(*) FROM orders")
        .fetch_one(&shop.pool)
        .await
        .unwrap();
    assert_eq!((count, shop.changes("insert", "orders")), (1, 3));

    // A transaction that has failed already.
    let mut failed = shop
        .pool
        .begin_with("BEGIN ISOLATION LEVEL SERIALIZABLE")
        .await
        .unwrap();
    query("SELECT 1 / 0")
        .execute(&mut *failed)
        .await
        .unwrap_err();
    drop(failed);
    assert_eq!(shop.transactions("rolled_back"), 3);
}

#[tokio::test]
async fn dropped_stream_is_recorded_once_and_its_connection_works() {
    let Some(server) = Server::shared().await else {
        return;
    };
    let shop = Shop::on_server(&server, PgPoolOptions::new().max_connections(1)).await;
    {
        let mut numbers = query("SELECT * FROM generate_series(1, 1000)").fetch(&shop.pool);
        assert!(numbers.try_next().await.unwrap().is_some());
    }
    assert_eq!(
        (
            shop.executions("select", "none"),
            shop.rows("select", "none")
        ),
        (1, 1)
    );
    query("SELECT * FROM users")
        .execute(&shop.pool)
        .await
        .unwrap();
    let sleep = query("SELECT pg_sleep(60)").execute(&shop.pool);
    let given_up = tokio::time::timeout(Duration::from_millis(200), sleep).await;
    assert!(given_up.is_err());
    assert_eq!(shop.sum("db_executions_total", &[]), 3);
}

#[tokio::test]
async fn server_that_restarts_is_reconnected_and_counted() {
    let Some(server) = Server::own().await else {
        return;
    };
    let options = PgPoolOptions::new().max_connections(2);
    let shop = Shop::on_server(&server, options.acquire_timeout(Duration::from_secs(2))).await;
    let opened = shop.sum("db_connections_opened_total", &[]);
    let mut transaction = shop.pool.begin().await.unwrap();
    let is_asleep = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'";
    let ((), slept) = tokio::join!(
        async {
            until("the query runs", async || {
                let running: i64 = query_scalar(is_asleep)
                    .fetch_one(shop.pool.inner())
                    .await
                    .unwrap();
                running == 1
            })
            .await;
            server.kill();
        },
        query("SELECT pg_sleep(600)").execute(&mut *transaction),
    );
    // The server may or may not get its last word through.
    assert!(
        matches!(slept, Err(Error::Io(_) | Error::Database(_))),
        "{slept:?}"
    );
    assert_eq!(shop.errors("io") + shop.errors("database"), 1);
    assert_eq!(shop.executions("select", "none"), 1);
    drop(transaction);
    assert_eq!(shop.transactions("rolled_back"), 1);

    query("SELECT * FROM users")
        .execute(&shop.pool)
        .await
        .unwrap_err();
    assert_eq!(shop.executions("select", "users"), 0);
    assert_eq!(shop.sum("db_connection_errors_total", &[]), 1);

    server.restart().await;
    query("SELECT * FROM users")
        .execute(&shop.pool)
        .await
        .unwrap();
    assert_eq!(shop.executions("select", "users"), 1);
    assert!(shop.sum("db_connections_opened_total", &[]) > opened);
}

#[tokio::test]
async fn refusing_server_is_a_connection_error() {
    let (metrics, ledger) = metrics();
    let nobody = PgConnectOptions::new_without_pgpass()
        .host("127.0.0.1")
        .port(1); // where nobody listens
    let options = PgPoolOptions::new().acquire_timeout(Duration::from_millis(300));
    let pool = MeteredPool::new(options.connect_lazy_with(nobody), metrics);
    let refused = pool.acquire().await;
    assert!(matches!(refused, Err(Error::PoolTimedOut)));
    let sum = |name, labels: &[_]| whole(ledger.scrape().sum(name, labels));
    assert_eq!(sum("db_connection_errors_total", &[]), 1);
    assert_eq!(sum("db_errors_total", &[("kind", "pool_timed_out")]), 1);
    assert_eq!(sum("db_connection_acquire_duration_seconds_count", &[]), 1);
}
