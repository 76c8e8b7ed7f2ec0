//! Operations beyond requests, bare and inside each collector.
//!
//! Each operation is as small as possible, so that the cost of measuring is visible beside it. The
//! collector has seen it before, such as its statement.

use std::{
    convert::Infallible,
    error::Error,
    future::ready,
    hint::black_box,
    pin::pin,
    sync::Arc,
    task::{Context, Waker},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use metrics::Recorder;
use sqlx::{Sqlite, SqlitePool, query, sqlite::SqlitePoolOptions};
use tokio::runtime::Runtime;
use tollgate_collectors::{
    Activity, BuildError, Job, Jobs,
    cache::{CacheMetrics, MeteredCache},
};
use tollgate_http::client::ClientMetricsLayer;
use tollgate_sqlx::{DatabaseMetrics, MeteredPool};
use tower::{Layer, service_fn};

use crate::{
    Row,
    drive::{self, RequestBody},
    recorders,
};

const SELECT: &str = "SELECT id, name FROM users WHERE id = 4711";

/// All rows, each behind its baseline.
///
/// # Errors
///
/// If the recorder or the database cannot be opened.
pub fn all() -> Result<Vec<Row>, Box<dyn Error>> {
    let (recorder, _) = recorders::tollgate()?;
    let recorder: Arc<dyn Recorder + Send + Sync> = Arc::new(recorder);
    let mut rows = database(&recorder)?;
    rows.extend(cache(&recorder)?);
    rows.extend(job(&recorder)?);
    rows.extend(activity()?);
    rows.extend(client(&recorder)?);
    Ok(rows)
}

/// A query of one row in memory, on a connection that is held and through the pool.
fn database(recorder: &Arc<dyn Recorder + Send + Sync>) -> Result<Vec<Row>, Box<dyn Error>> {
    let metered = |runtime: &Runtime| -> Result<MeteredPool<Sqlite>, sqlx::Error> {
        let metrics = DatabaseMetrics::builder("shop").recorder(Arc::clone(recorder));
        let metrics = metrics
            .build()
            .map_err(|error| sqlx::Error::Configuration(error.into()))?;
        Ok(MeteredPool::new(pool(runtime)?, metrics))
    };
    let unmetered = |runtime: &Runtime| -> Result<MeteredPool<Sqlite>, sqlx::Error> {
        Ok(MeteredPool::unmetered(pool(runtime)?))
    };

    let mut rows = Vec::new();
    let runtime = runtime()?;
    let connection = forever(runtime.block_on(pool(&runtime)?.acquire())?);
    rows.push(Row::new("db/bare", move |count| {
        runtime.block_on(async {
            for _ in 0..count {
                black_box(
                    query(SELECT)
                        .fetch_optional(&mut **connection)
                        .await
                        .expect(RUNS),
                );
            }
        });
    }));
    for (name, pool) in [
        ("db/tollgate", &metered as &dyn Fn(&_) -> _),
        ("db/tollgate-disabled", &unmetered),
    ] {
        let runtime = self::runtime()?;
        let connection = forever(runtime.block_on(pool(&runtime)?.acquire())?);
        let row = Row::new(name, move |count| {
            runtime.block_on(async {
                for _ in 0..count {
                    black_box(
                        query(SELECT)
                            .fetch_optional(&mut *connection)
                            .await
                            .expect(RUNS),
                    );
                }
            });
        });
        rows.push(row.over("db/bare"));
    }

    let runtime = self::runtime()?;
    let bare = pool(&runtime)?;
    rows.push(Row::new("db-pool/bare", move |count| {
        runtime.block_on(async {
            for _ in 0..count {
                black_box(query(SELECT).fetch_all(&bare).await.expect(RUNS));
            }
        });
    }));
    for (name, pool) in [
        ("db-pool/tollgate", &metered as &dyn Fn(&_) -> _),
        ("db-pool/tollgate-disabled", &unmetered),
    ] {
        let runtime = self::runtime()?;
        let pool = pool(&runtime)?;
        let row = Row::new(name, move |count| {
            runtime.block_on(async {
                for _ in 0..count {
                    black_box(query(SELECT).fetch_all(&pool).await.expect(RUNS));
                }
            });
        });
        rows.push(row.over("db-pool/bare"));
    }
    Ok(rows)
}

const RUNS: &str = "the query runs";

/// A hit.
fn cache(recorder: &Arc<dyn Recorder + Send + Sync>) -> Result<[Row; 2], BuildError> {
    let bare = moka::sync::Cache::new(100);
    bare.insert(4711, "user");
    let metrics = CacheMetrics::builder("users").recorder(Arc::clone(recorder));
    let metered = MeteredCache::new(bare.clone(), metrics.build()?);
    Ok([
        Row::new("cache/bare", move |count| {
            for _ in 0..count {
                black_box(bare.get(black_box(&4711)));
            }
        }),
        Row::new("cache/tollgate", move |count| {
            for _ in 0..count {
                black_box(metered.get(black_box(&4711)));
            }
        })
        .over("cache/bare"),
    ])
}

/// A job with two labels that ends at once.
fn job(recorder: &Arc<dyn Recorder + Send + Sync>) -> Result<[Row; 2], BuildError> {
    let work = || ready(Ok::<_, Infallible>(black_box(4711)));
    let jobs = Jobs::builder()
        .bounded_label("tenant", 100)
        .bounded_label("flow", 100)
        .recorder(Arc::clone(recorder))
        .build()?;
    let job = Job::new("import").labels(&[("tenant", "acme"), ("flow", "nightly")]);
    Ok([
        Row::new("job/bare", move |count| {
            for _ in 0..count {
                poll(work());
            }
        }),
        Row::new("job/tollgate", move |count| {
            for _ in 0..count {
                poll(jobs.run(&job, work()));
            }
        })
        .over("job/bare"),
    ])
}

/// Polls a future that is ready.
fn poll(future: impl Future) {
    let mut context = Context::from_waker(Waker::noop());
    black_box(pin!(future).poll(&mut context).is_ready());
}

/// A key that is already active.
fn activity() -> Result<[Row; 2], BuildError> {
    let users = Activity::builder("active_users").build()?;
    Ok([
        Row::new("activity/bare", |count| {
            for _ in 0..count {
                black_box("ada");
            }
        }),
        Row::new("activity/tollgate", move |count| {
            for _ in 0..count {
                users.record(black_box("ada"));
            }
        })
        .over("activity/bare"),
    ])
}

/// A call that is answered at once.
fn client(recorder: &Arc<dyn Recorder + Send + Sync>) -> Result<[Row; 2], Box<dyn Error>> {
    let metered = ClientMetricsLayer::builder("shop")
        .recorder(Arc::clone(recorder))
        .build()?;
    let answer = async |_: Request<RequestBody>| {
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::from("user 4711\n")))
    };
    Ok([
        Row::new("client/bare", drive::requests(service_fn(answer))),
        Row::new(
            "client/tollgate",
            drive::requests(metered.layer(service_fn(answer))),
        )
        .over("client/bare"),
    ])
}

/// One connection to a database in memory, which the pool does not test before use.
fn pool(runtime: &Runtime) -> Result<SqlitePool, sqlx::Error> {
    let options = SqlitePoolOptions::new()
        .max_connections(1)
        .test_before_acquire(false);
    runtime.block_on(async {
        let pool = options.connect("sqlite::memory:").await?;
        let users = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)";
        query(users).execute(&pool).await?;
        query("INSERT INTO users VALUES (4711, 'Ada')")
            .execute(&pool)
            .await?;
        Ok(pool)
    })
}

/// Keeps a connection from being returned to the pool, which would need a runtime.
fn forever<C>(connection: C) -> &'static mut C {
    Box::leak(Box::new(connection))
}

fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}
