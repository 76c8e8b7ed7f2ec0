//! `NetPoint`: a Django app with a database and a cache.

use std::{borrow::Cow, sync::Arc};

use axum::{Router, extract::Path, routing::get};
use tollgate_axum::Axum;
use tollgate_collectors::{Renamed, ScrapeHooks, cache::CacheMetrics};
use tollgate_http::{
    BoundedLabel, Label, Metric, RequestHead, RequestMetricsBuilder, RequestMetricsLayer,
};

use crate::{app, database::Database, document};

fn header<'a>(request: RequestHead<'a>, name: &str) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

#[tokio::test]
async fn app_exposes_the_metrics_of_netpoint() {
    let metrics = app::Metrics::new();
    let recorder = || metrics.recorder();

    let transport = BoundedLabel::from_request("transport", |request| {
        header(request, "x-forwarded-proto")
            .unwrap_or("http")
            .into()
    });
    let ajax = BoundedLabel::from_request("ajax", |request| {
        let is_ajax = header(request, "x-requested-with") == Some("XMLHttpRequest");
        if is_ajax { "true" } else { "false" }.into()
    });
    let charset = BoundedLabel::from_response("charset", |response| {
        let content_type = response.headers().get("content-type");
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let charset = content_type.and_then(|value| value.split("charset=").nth(1));
        charset.map_or(Cow::Borrowed("none"), Cow::Borrowed)
    });
    let streaming = BoundedLabel::from_response("streaming", |response| {
        let is_whole = response.headers().contains_key("content-length");
        if is_whole { "false" } else { "true" }.into()
    });
    let requests = RequestMetricsLayer::builder().recorder(recorder());
    let latency = |builder: RequestMetricsBuilder, name: &'static str| {
        builder
            .rename(Metric::Duration, name)
            .without_label(Metric::Duration, Label::Status)
            .rename_label(Label::Endpoint, "view")
    };
    let handler = latency(
        requests.clone().handler_only(),
        "django_http_requests_latency_seconds_by_view_method",
    );
    let whole = requests
        .body_sizes()
        .bounded_label(transport.label_values(["http", "https"]))
        .bounded_label(ajax.label_values(["true", "false"]))
        .bounded_label(charset.max_values(5))
        .bounded_label(streaming.label_values(["true", "false"]));
    let whole = latency(
        whole,
        "django_http_requests_latency_including_middlewares_seconds",
    );
    let devices = get(async |Path(name): Path<String>| {
        assert_ne!(name, "broken", "the test requests a panic");
        name
    });
    let router = Router::new()
        .route("/devices/{name}", devices)
        .layer(handler.build().unwrap().for_host(Axum))
        .layer(whole.build().unwrap().for_host(Axum));

    let django = || {
        Renamed::new()
            .recorder(recorder())
            .namespace("django")
            .rename_label("cache", "backend")
            .rename_label("db", "alias")
            .rename_label("kind", "type")
            .rename_label("table", "model")
            .rename(
                "db_connections_opened_total",
                "django_db_new_connections_total",
            )
            .rename(
                "db_connection_errors_total",
                "django_db_new_connection_errors_total",
            )
            .rename("db_executions_total", "django_db_execute_total")
            .rename("db_model_changes_total", "django_model_changes_total")
            .rename("db_migrations_applied", "django_migrations_applied_total")
            .rename("db_migrations_pending", "django_migrations_unapplied_total")
    };
    let database = Database::used(Arc::new(django())).await;
    let hooks = ScrapeHooks::new()
        .recorder(Arc::new(django()))
        .hook("migrations", database.pool.migrations(&database.migrator))
        .hook("pool", database.pool);
    let route = metrics.route().before_render(move || hooks.run());
    let address = app::serve(router, route).await;

    app::get(address, "/devices/router").await;
    let broken = reqwest::get(format!("http://{address}/devices/broken"));
    assert!(broken.await.is_err(), "the connection ends with its panic");

    let cache = CacheMetrics::builder("default").recorder(Arc::new(django()));
    let cache = cache.build().unwrap();
    cache.hit();
    cache.miss();
    cache.fail();
    cache.invalidate();

    document::assert_kept("NetPoint", &app::scrape(address).await);
}
