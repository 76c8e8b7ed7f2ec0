//! The demo's data: an in-memory database, created at every start, with a cache in front of the
//! users.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use serde::Serialize;
use sqlx::Sqlite;
use sqlx::sqlite::SqlitePoolOptions;
use tollgate::collectors::ScrapeHooks;
use tollgate::collectors::cache::{CacheMetrics, MeteredCache};
use tollgate::management::{DatabasePing, HealthCheck};
use tollgate::sqlx::{DatabaseMetrics, MeteredPool};

const DATABASE: &str = "sqlite::memory:";

/// A row of `users`.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct User {
    id: i64,
    name: String,
    email: String,
}

/// A row of `orders`.
#[derive(Debug, Serialize)]
pub(crate) struct Order {
    pub(crate) id: i64,
    item: String,
    pub(crate) quantity: i64,
}

/// Users 1 to 1000 and the orders placed so far.
#[derive(Clone)]
pub(crate) struct Store {
    pool: MeteredPool<Sqlite>,
    users: Arc<MeteredCache<Cache<u32, User>>>,
}

impl Store {
    /// Returns a store that opens its database at the first use. The database is measured if
    /// `is_measured`, the setting `METRICS_DB`.
    pub(crate) fn new(is_measured: bool) -> sqlx::Result<Self> {
        // An in-memory database lives as long as its last connection: keep one open.
        let options = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None);
        let pool = if is_measured {
            let metrics = DatabaseMetrics::new("shop");
            let options = metrics.count_connections(options);
            MeteredPool::new(options.connect_lazy(DATABASE)?, metrics)
        } else {
            MeteredPool::unmetered(options.connect_lazy(DATABASE)?)
        };
        let users = Cache::builder()
            .max_capacity(100)
            .time_to_live(Duration::from_mins(1));
        let users = Arc::new(MeteredCache::future(users, CacheMetrics::new("users")));
        Ok(Self { pool, users })
    }

    /// Creates the tables and the users.
    pub(crate) async fn fill(&self) -> sqlx::Result<()> {
        let pool = self.pool.inner();
        sqlx::raw_sql(
            "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL);
             CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT NOT NULL, quantity INTEGER NOT NULL,
                                  fulfilled INTEGER NOT NULL DEFAULT 0);",
        )
        .execute(pool)
        .await?;
        sqlx::query(
            "WITH RECURSIVE ids (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids WHERE id < ?)
             INSERT INTO users SELECT id, 'User ' || id, 'user' || id || '@example.com' FROM ids",
        )
        .bind(1000)
        .execute(pool)
        .await?;
        Ok(())
    }

    /// Adds the sizes of the cache and the pool to scrapes.
    pub(crate) fn sizes(&self, hooks: ScrapeHooks) -> ScrapeHooks {
        hooks
            .hook("cache", self.users.sizes())
            .hook("database", self.pool.clone())
    }

    /// Returns a health check that pings the database.
    pub(crate) fn ping(&self) -> impl HealthCheck + use<> {
        DatabasePing::new(self.pool.inner().clone())
    }

    pub(crate) async fn user(&self, id: u32) -> sqlx::Result<Option<User>> {
        if let Some(user) = self.users.get(&id).await {
            return Ok(Some(user));
        }
        let row = sqlx::query_as("SELECT id, name, email FROM users WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        let user = row.map(|(id, name, email)| User { id, name, email });
        if let Some(user) = &user {
            self.users.insert(id, user.clone()).await;
        }
        Ok(user)
    }

    pub(crate) async fn place_order(&self, item: &str, quantity: i64) -> sqlx::Result<Order> {
        let (id, item, quantity) = sqlx::query_as(
            "INSERT INTO orders (item, quantity) VALUES (?, ?) RETURNING id, item, quantity",
        )
        .bind(item)
        .bind(quantity)
        .fetch_one(&self.pool)
        .await?;
        Ok(Order { id, item, quantity })
    }

    /// Marks an order as fulfilled.
    pub(crate) async fn fulfil(&self, id: i64) -> sqlx::Result<()> {
        sqlx::query("UPDATE orders SET fulfilled = 1 WHERE id = ?")
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Returns the number of orders that are not fulfilled yet.
    pub(crate) async fn waiting_orders(&self) -> sqlx::Result<u32> {
        sqlx::query_scalar("SELECT COUNT(*) FROM orders WHERE fulfilled = 0")
            .fetch_one(&self.pool)
            .await
    }

    pub(crate) async fn order(&self, id: u32) -> sqlx::Result<Option<Order>> {
        let row = sqlx::query_as("SELECT id, item, quantity FROM orders WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|(id, item, quantity)| Order { id, item, quantity }))
    }
}
