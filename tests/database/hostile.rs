//! Bounds of the number of series, for any queries and any number of them.

use std::collections::BTreeSet;

use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{AssertSqlSafe, Sqlite, query};
use tests::ledger::Ledger;
use tests::scrape::Scrape;
use tollgate_sqlx::{DatabaseMetrics, MeteredPool};

async fn pool(ledger: &Ledger, max_tables: usize) -> MeteredPool<Sqlite> {
    let metrics = DatabaseMetrics::builder("shop").max_tables(max_tables);
    let metrics = metrics.recorder(ledger.recorder()).build().unwrap();
    let options = SqlitePoolOptions::new().max_connections(1);
    let pool = options.connect("sqlite::memory:").await.unwrap();
    MeteredPool::new(pool, metrics)
}

/// Returns all values of the label `table`.
fn tables(scrape: &Scrape) -> BTreeSet<String> {
    let tables = scrape.samples().filter_map(|sample| {
        let (_, rest) = sample.split_once("table=\"")?;
        Some(rest.split_once('"')?.0.to_owned())
    });
    tables.collect()
}

#[tokio::test]
async fn tables_beyond_the_maximum_are_the_overflow() {
    let ledger = Ledger::new();
    let pool = pool(&ledger, 10).await;
    for round in 0..2 {
        for table in 0..100 {
            for statement in ["SELECT * FROM", "DELETE FROM"] {
                let sql = AssertSqlSafe(format!("{statement} \"table {table}\""));
                assert!(query(sql).execute(&pool).await.is_err(), "{round}");
            }
        }
    }
    let scrape = ledger.scrape();
    let tables = tables(&scrape);
    assert_eq!(tables.len(), 11, "{tables:?}");
    assert!(tables.contains("table 9") && tables.contains("overflow"));
    let overflow = scrape.sum("db_executions_total", &[("table", "overflow")]);
    assert!((overflow - 360.0).abs() < 0.5, "{overflow}");
}

#[tokio::test]
async fn endless_texts_add_no_series_and_are_counted() {
    let ledger = Ledger::new();
    let pool = pool(&ledger, 100).await;
    query("CREATE TABLE users (id INTEGER)")
        .execute(&pool)
        .await
        .unwrap();
    let before = ledger.samples().len();
    // More than are kept, so that the kept ones are forgotten on the way.
    for id in 0..3_000 {
        let found = query(AssertSqlSafe(format!(
            "SELECT * FROM users WHERE id = {id}"
        )));
        found.persistent(false).execute(&pool).await.unwrap();
        query("DELETE FROM users").execute(&pool).await.unwrap();
    }
    let scrape = ledger.scrape();
    let labels = |operation| [("operation", operation), ("table", "users")];
    for operation in ["select", "delete"] {
        let executions = scrape.sum("db_executions_total", &labels(operation));
        assert!(
            (executions - 3_000.0).abs() < 0.5,
            "{operation}: {executions}"
        );
    }
    // A duration, executions and rows each; changes of the one that changes rows.
    assert_eq!(ledger.samples().len(), before + 7);
}
