//! The demo's data: an in-memory database, made anew at every start.

use serde::Serialize;
use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};
use tollgate::management::{DatabasePing, HealthCheck};

/// A row of `users`.
#[derive(Debug, Serialize)]
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
    quantity: i64,
}

/// Users 1 to 1000 and the orders placed so far.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pool: SqlitePool,
}

impl Store {
    pub(crate) async fn open() -> sqlx::Result<Self> {
        // An in-memory database lives as long as its last connection: keep the one there is.
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect("sqlite::memory:")
            .await?;
        sqlx::raw_sql(
            "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL);
             CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT NOT NULL, quantity INTEGER NOT NULL);",
        )
        .execute(&pool)
        .await?;
        sqlx::query(
            "WITH RECURSIVE ids (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids WHERE id < ?)
             INSERT INTO users SELECT id, 'User ' || id, 'user' || id || '@example.com' FROM ids",
        )
        .bind(1000)
        .execute(&pool)
        .await?;
        Ok(Self { pool })
    }

    /// Whether the database answers, as a health check.
    pub(crate) fn ping(&self) -> impl HealthCheck + use<> {
        DatabasePing::new(self.pool.clone())
    }

    pub(crate) async fn user(&self, id: u32) -> sqlx::Result<Option<User>> {
        let row = sqlx::query_as("SELECT id, name, email FROM users WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|(id, name, email)| User { id, name, email }))
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

    pub(crate) async fn order(&self, id: u32) -> sqlx::Result<Option<Order>> {
        let row = sqlx::query_as("SELECT id, item, quantity FROM orders WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|(id, item, quantity)| Order { id, item, quantity }))
    }
}
