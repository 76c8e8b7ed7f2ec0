//! Metrics of queries, transactions and waits on a file.

use std::time::Duration;

use futures_util::TryStreamExt;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{Error, Executor, Row, query, query_scalar, raw_sql};
use tests::ledger::Ledger;
use tests::panics;
use tollgate_sqlx::{DatabaseMetric, DatabaseMetrics, MeteredPool};

use crate::shop::{Shop, metrics, until, whole};

#[tokio::test]
async fn every_way_to_run_a_query_is_recorded_once() {
    let shop = Shop::open().await;
    let pool = &shop.pool;
    let all = "SELECT name FROM users ORDER BY id";

    query(all).execute(pool).await.unwrap();
    assert_eq!(shop.executions("select", "users"), 1);
    assert_eq!(query(all).fetch_all(pool).await.unwrap().len(), 3);
    assert_eq!(
        query(all)
            .fetch(pool)
            .try_collect::<Vec<_>>()
            .await
            .unwrap()
            .len(),
        3
    );
    let row = query(all).fetch_one(pool).await.unwrap();
    assert_eq!(row.get::<String, _>(0), "ada");
    assert!(query(all).fetch_optional(pool).await.unwrap().is_some());
    let name: String = query_scalar(all).fetch_one(pool).await.unwrap();
    assert_eq!(name, "ada");
    #[expect(deprecated, reason = "it is still an executor's")]
    query(all)
        .execute_many(pool)
        .await
        .try_collect::<Vec<_>>()
        .await
        .unwrap();
    assert_eq!(shop.executions("select", "users"), 7);

    let mut connection = pool.acquire().await.unwrap();
    query(all).fetch_all(&mut connection).await.unwrap();
    query(all).fetch_one(&mut connection).await.unwrap();
    connection.execute(all).await.unwrap();
    assert_eq!(shop.executions("select", "users"), 10);

    let mut transaction = pool.begin().await.unwrap();
    query(all).fetch_all(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(shop.executions("select", "users"), 11);
}

#[tokio::test]
async fn arguments_and_prepared_statements_arrive() {
    let shop = Shop::open().await;
    let by_name = "SELECT id FROM users WHERE name = $1";
    let bound = query_scalar(by_name).bind("bob");
    let id: i64 = bound.fetch_one(&shop.pool).await.unwrap();
    assert_eq!(id, 2);
    let prepared = shop
        .pool
        .prepare(sqlx::SqlSafeStr::into_sql_str(by_name))
        .await
        .unwrap();
    let prepared = sqlx::Statement::query_scalar(&prepared).bind("eve");
    let id: i64 = prepared.fetch_one(&shop.pool).await.unwrap();
    assert_eq!(id, 3);
    assert_eq!(shop.executions("select", "users"), 2);
}

#[tokio::test]
async fn rows_and_changes_are_counted_by_table() {
    let shop = Shop::open().await;
    let pool = &shop.pool;
    query("SELECT * FROM users").fetch_all(pool).await.unwrap();
    assert_eq!(shop.rows("select", "users"), 3);
    query("SELECT * FROM users").fetch_one(pool).await.unwrap();
    assert_eq!(shop.rows("select", "users"), 4);
    query("SELECT * FROM users WHERE id = 9")
        .fetch_optional(pool)
        .await
        .unwrap();
    assert_eq!(shop.rows("select", "users"), 4);

    query("INSERT INTO orders (by_user) VALUES (1), (2)")
        .execute(pool)
        .await
        .unwrap();
    assert_eq!(shop.changes("insert", "orders"), 2);
    let insert = "INSERT INTO orders (by_user) VALUES (1), (2), (3) RETURNING id";
    let id: i64 = query_scalar(insert).fetch_one(pool).await.unwrap();
    assert_eq!(id, 3);
    assert_eq!(shop.changes("insert", "orders"), 5);
    query("UPDATE orders SET by_user = 1")
        .execute(pool)
        .await
        .unwrap();
    assert_eq!(shop.changes("update", "orders"), 5);
    query("DELETE FROM orders WHERE id > 3")
        .execute(pool)
        .await
        .unwrap();
    assert_eq!(shop.changes("delete", "orders"), 2);
    query("DELETE FROM orders WHERE id > 99")
        .execute(pool)
        .await
        .unwrap();
    assert_eq!(shop.changes("delete", "orders"), 2);
    raw_sql("INSERT INTO orders VALUES (7, 1); INSERT INTO orders VALUES (8, 1)")
        .execute(pool)
        .await
        .unwrap();
    assert_eq!(shop.changes("insert", "orders"), 7);
}

#[tokio::test]
async fn dropped_stream_is_recorded_once_with_its_rows() {
    let shop = Shop::open().await;
    {
        let mut users = query("SELECT * FROM users").fetch(&shop.pool);
        assert!(users.try_next().await.unwrap().is_some());
        assert_eq!(shop.executions("select", "users"), 0);
    }
    assert_eq!(shop.executions("select", "users"), 1);
    assert_eq!(shop.rows("select", "users"), 1);
    drop(query("SELECT * FROM users").fetch(&shop.pool));
    assert_eq!(shop.executions("select", "users"), 1);
}

#[tokio::test]
async fn abandoned_query_is_recorded_once() {
    let shop = Shop::open().await;
    let long = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000) \
                SELECT max(i) FROM n";
    let mut connection = shop.pool.acquire().await.unwrap();
    let mut running = Box::pin(query(long).fetch_one(&mut connection));
    assert!(futures_util::poll!(&mut running).is_pending());
    assert_eq!(shop.executions("select", "none"), 0);
    drop(running);
    assert_eq!(shop.executions("select", "none"), 1);
    assert_eq!(shop.rows("select", "none"), 0);
}

#[test]
fn panic_between_rows_is_recorded_once() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let shop = runtime.block_on(Shop::open());
    let panic = panics::caught(|| {
        runtime.block_on(async {
            let users = query("SELECT * FROM users").fetch(&shop.pool);
            users
                .try_for_each(|_| async { panic!("in the reader") })
                .await
                .unwrap();
        });
    });
    assert_eq!(panic.message, "in the reader");
    assert_eq!(shop.executions("select", "users"), 1);
    assert_eq!(shop.errors("database"), 0);
}

#[tokio::test]
async fn errors_are_counted_by_kind() {
    let shop = Shop::open().await;
    for (sql, kind) in [
        ("INSERT INTO users VALUES (9, 'ada', 1)", "unique_violation"),
        ("INSERT INTO users VALUES (1, 'new', 1)", "unique_violation"),
        (
            "INSERT INTO orders (by_user) VALUES (99)",
            "foreign_key_violation",
        ),
        (
            "INSERT INTO users (name) VALUES (NULL)",
            "not_null_violation",
        ),
        ("UPDATE users SET age = -1", "check_violation"),
        ("SELECT * FROM nowhere", "database"),
        ("SELEC", "database"),
    ] {
        let before = shop.errors(kind);
        query(sql).execute(&shop.pool).await.unwrap_err();
        assert_eq!(shop.errors(kind), before + 1, "{sql}");
        query(sql).fetch_optional(&shop.pool).await.unwrap_err();
        assert_eq!(shop.errors(kind), before + 2, "{sql}");
    }
    assert_eq!(shop.executions("insert", "users"), 6);
    assert_eq!(shop.executions("other", "other"), 2);
    assert_eq!(shop.changes("insert", "users"), 0);
    let missing = query("SELECT 1 WHERE false").fetch_one(&shop.pool).await;
    assert!(matches!(missing, Err(Error::RowNotFound)));
    assert_eq!(shop.errors("other"), 0);
}

#[tokio::test]
async fn transactions_are_counted_by_outcome() {
    let shop = Shop::open().await;
    let insert = "INSERT INTO orders (by_user) VALUES (1)";
    let count = async || -> i64 {
        query_scalar("SELECT count(*) FROM orders")
            .fetch_one(&shop.pool)
            .await
            .unwrap()
    };

    let mut transaction = shop.pool.begin().await.unwrap();
    query(insert).execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!((shop.transactions("committed"), count().await), (1, 1));

    let mut transaction = shop.pool.begin().await.unwrap();
    query(insert).execute(&mut *transaction).await.unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!((shop.transactions("rolled_back"), count().await), (1, 1));

    let mut transaction = shop.pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    query(insert).execute(&mut *transaction).await.unwrap();
    drop(transaction);
    assert_eq!((shop.transactions("rolled_back"), count().await), (2, 1));

    shop.pool.begin_with("SELECT 1").await.unwrap_err();
    assert_eq!(shop.errors("transaction"), 1);
    assert_eq!(shop.transactions("rolled_back"), 2);
    assert_eq!(shop.transactions("committed"), 1);
}

#[tokio::test]
async fn savepoint_is_part_of_its_transaction() {
    let shop = Shop::open().await;
    let insert = "INSERT INTO orders (by_user) VALUES (1)";
    let mut transaction = shop.pool.begin().await.unwrap();
    let mut kept = transaction.begin().await.unwrap();
    query(insert).execute(&mut *kept).await.unwrap();
    kept.commit().await.unwrap();
    let mut dropped = transaction.begin().await.unwrap();
    query(insert).execute(&mut *dropped).await.unwrap();
    drop(dropped);
    assert_eq!(
        shop.transactions("committed") + shop.transactions("rolled_back"),
        0
    );
    transaction.commit().await.unwrap();
    assert_eq!(shop.transactions("committed"), 1);
    assert_eq!(shop.transactions("rolled_back"), 0);
    let count: i64 = query_scalar("SELECT count(*) FROM orders")
        .fetch_one(&shop.pool)
        .await
        .unwrap();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn connections_are_counted_and_gauged() {
    let shop = Shop::open().await;
    let is_idle = async || shop.pool.inner().num_idle() == 1;
    until("the first is idle", is_idle).await;
    shop.refresh().await;
    assert_eq!(
        shop.sum("db_connections_opened_total", &[("db", "shop")]),
        1
    );
    assert_eq!(shop.sum("db_connections_max", &[("db", "shop")]), 4);
    let first = shop.pool.acquire().await.unwrap();
    let second = shop.pool.acquire().await.unwrap();
    shop.refresh().await;
    assert_eq!(shop.sum("db_connections_opened_total", &[]), 2);
    assert_eq!(shop.sum("db_connections_open", &[("db", "shop")]), 2);
    assert_eq!(shop.sum("db_connections_idle", &[("db", "shop")]), 0);
    assert_eq!(
        shop.sum("db_connection_acquire_duration_seconds_count", &[]),
        2
    );
    drop((first, second));
    until("both are idle again", async || {
        shop.refresh().await;
        shop.sum("db_connections_idle", &[]) == 2
    })
    .await;
    assert_eq!(shop.sum("db_connections_open", &[]), 2);
}

#[tokio::test]
async fn failed_wait_is_a_wait_and_an_error() {
    let options = SqlitePoolOptions::new().max_connections(1);
    let shop = Shop::open_with(options.acquire_timeout(Duration::from_secs(2))).await;
    let waits = || shop.sum("db_connection_acquire_duration_seconds_count", &[]);
    let kept = shop.pool.acquire().await.unwrap();
    let refused = query("SELECT * FROM users").execute(&shop.pool).await;
    assert!(matches!(refused, Err(Error::PoolTimedOut)));
    assert_eq!((waits(), shop.errors("pool_timed_out")), (2, 1));
    assert_eq!(shop.sum("db_connection_errors_total", &[]), 0);
    // It did not run.
    assert_eq!(shop.executions("select", "users"), 0);

    let given_up = tokio::time::timeout(Duration::from_millis(10), shop.pool.acquire()).await;
    assert!(given_up.is_err());
    assert_eq!((waits(), shop.errors("pool_timed_out")), (3, 1));

    drop(kept);
    shop.pool.inner().close().await;
    query("SELECT 1").execute(&shop.pool).await.unwrap_err();
    assert_eq!((waits(), shop.errors("pool_closed")), (4, 1));
    assert_eq!(shop.sum("db_connection_errors_total", &[]), 0);
}

#[tokio::test]
async fn connection_that_cannot_be_opened_is_an_error() {
    let (metrics, ledger) = metrics();
    let nowhere = SqliteConnectOptions::new().filename("/nowhere/to/be/found.db");
    let pool = SqlitePoolOptions::new().connect_lazy_with(nowhere);
    let pool = MeteredPool::new(pool, metrics);
    pool.begin().await.unwrap_err();
    let sum = |name, labels: &[_]| whole(ledger.scrape().sum(name, labels));
    assert_eq!(sum("db_connection_errors_total", &[("db", "shop")]), 1);
    assert_eq!(sum("db_errors_total", &[("kind", "database")]), 1);
    assert_eq!(sum("db_transactions_total", &[]), 0);
}

#[tokio::test]
async fn unmetered_pool_does_the_same_and_records_nothing() {
    let shop = Shop::open_with(SqlitePoolOptions::new().max_connections(1)).await;
    let before = shop.ledger.samples();
    let pool = MeteredPool::unmetered(shop.pool.inner().clone());
    let mut transaction = pool.begin().await.unwrap();
    let insert = "INSERT INTO orders (by_user) VALUES (1) RETURNING id";
    let id: i64 = query_scalar(insert)
        .fetch_one(&mut *transaction)
        .await
        .unwrap();
    assert_eq!(id, 1);
    transaction.commit().await.unwrap();
    query("SELECT * FROM orders")
        .fetch_all(&pool)
        .await
        .unwrap();
    query("SELEC").execute(&pool).await.unwrap_err();
    let mut connection = pool.acquire().await.unwrap();
    query("SELECT * FROM orders")
        .execute(&mut connection)
        .await
        .unwrap();
    assert_eq!(shop.ledger.samples(), before);
}

#[tokio::test]
async fn every_metric_is_described() {
    let shop = Shop::open().await;
    query("DELETE FROM orders")
        .execute(&shop.pool)
        .await
        .unwrap();
    shop.refresh().await;
    let families = shop.ledger.families();
    for family in [
        "db_connection_acquire_duration_seconds histogram",
        "db_connection_errors_total counter",
        "db_connections_idle gauge",
        "db_connections_max gauge",
        "db_connections_open gauge",
        "db_connections_opened_total counter",
        "db_errors_total counter",
        "db_executions_total counter",
        "db_model_changes_total counter",
        "db_query_duration_seconds histogram",
        "db_rows_total counter",
        "db_transaction_duration_seconds histogram",
        "db_transactions_total counter",
    ] {
        assert!(
            families.iter().any(|known| known == family),
            "{family}: {families:#?}"
        );
    }
}

#[tokio::test]
async fn metrics_have_their_given_names() {
    let ledger = Ledger::new();
    let metrics = DatabaseMetrics::builder("shop")
        .recorder(ledger.recorder())
        .namespace("app")
        .rename(DatabaseMetric::QueryDuration, "query_latency_seconds")
        .without(DatabaseMetric::Rows);
    let pool = SqlitePoolOptions::new().connect("sqlite::memory:").await;
    let pool = MeteredPool::new(pool.unwrap(), metrics.build().unwrap());
    query("SELECT 1").fetch_one(&pool).await.unwrap();
    let scrape = ledger.scrape();
    for (name, count) in [
        ("app_query_latency_seconds_count", 1),
        ("app_db_executions_total", 1),
        ("app_db_rows_total", 0),
        ("db_executions_total", 0),
    ] {
        assert_eq!(whole(scrape.sum(name, &[])), count, "{name}");
    }
}
