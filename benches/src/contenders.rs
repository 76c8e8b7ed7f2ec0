//! The same application inside each layer that is compared.
//!
//! Every contender is set up as its own documentation recommends and records into something that
//! keeps the figures: a layer without a recorder measures nothing and costs little.

use std::{convert::Infallible, fmt::Debug};

use axum::{Router, body};
use axum_metrics::MetricLayer;
use axum_otel_metrics::{HttpMetricsLayer, HttpMetricsLayerBuilder};
use axum_prometheus::{PrometheusMetricLayer, utils::SECONDS_DURATION_BUCKETS};
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::Full;
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use opentelemetry_sdk::metrics::{ManualReader, SdkMeterProvider};
use prometheus_axum_middleware::PrometheusAxumLayer;
use tollgate::Tollgate;
use tollgate_axum::Axum;
use tollgate_http::{RequestMetricsLayer, Route};
use tower::{Layer, Service, layer::util::Identity, service_fn, util::MapRequest};
use tower_http::trace::TraceLayer;

use crate::{
    Row, app,
    drive::{self, RequestBody},
};

/// The baseline of plain tower services: nothing around them.
pub const TOWER_BARE: &str = "tower/bare";

/// The baseline on axum: a layer that does nothing. Any layer makes axum box the route once more,
/// so what a layer does itself is what it costs beyond that.
pub const AXUM_IDENTITY: &str = "axum/identity";

/// Install the recorder that everything on the `metrics` facade writes to.
///
/// The buckets are those that axum-prometheus sets; without any the exporter would keep the same
/// samples and render summaries. The caller runs the handle's upkeep, as axum-prometheus does every
/// five seconds: the samples would pile up otherwise.
///
/// # Errors
///
/// If the process has a recorder already.
pub fn install_recorder() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new()
        .set_buckets(SECONDS_DURATION_BUCKETS)?
        .install_recorder()
}

/// All rows of the `overhead` benchmark. [`install_recorder`] comes first.
///
/// # Errors
///
/// If the disabled suite cannot be built.
pub fn all() -> Result<Vec<Row>, tollgate::Error> {
    let mut rows = tower();
    rows.extend(axum()?);
    Ok(rows)
}

fn tower() -> Vec<Row> {
    let service = service_fn(answer);
    vec![
        on_tower(TOWER_BARE, service),
        on_tower("tower/tollgate", RequestMetricsLayer::new().layer(service)).over(TOWER_BARE),
    ]
}

fn axum() -> Result<Vec<Row>, tollgate::Error> {
    let over_identity = |name, router| on_axum(name, router).over(AXUM_IDENTITY);
    let app = app::router;
    Ok(vec![
        over_identity("axum/bare", app()),
        on_axum(AXUM_IDENTITY, app().layer(Identity::new())),
        over_identity(
            "axum/tollgate",
            app().layer(RequestMetricsLayer::new().for_host(Axum)),
        ),
        over_identity(
            "axum/tollgate-disabled",
            Tollgate::builder().enabled(false).build()?.wrap(app())?,
        ),
        // No subscriber: what the layer costs where its spans go nowhere.
        over_identity(
            "axum/tower-http-trace",
            app().layer(TraceLayer::new_for_http()),
        ),
        over_identity(
            "axum/axum-prometheus",
            app().layer(PrometheusMetricLayer::new()),
        ),
        over_identity("axum/axum-metrics", app().layer(MetricLayer::default())),
        over_identity("axum/axum-otel-metrics", app().layer(open_telemetry())),
        // Records into the default registry of the `prometheus` crate, which needs no set-up.
        over_identity(
            "axum/prometheus-axum-middleware",
            app().layer(PrometheusAxumLayer::new()),
        ),
    ])
}

/// A service behind something that knows the routes, as axum does: the names of the routes are not
/// free, but no layer's.
fn on_tower<S, B>(name: &'static str, service: S) -> Row
where
    S: Service<Request<RequestBody>, Response = Response<B>> + 'static,
    S::Error: Debug,
    B: Body + 'static,
    B::Error: Debug,
{
    let routed = MapRequest::new(service, |mut request: Request<RequestBody>| {
        request.extensions_mut().insert(Route::from(app::ROUTE));
        request
    });
    Row::new(name, drive::requests(routed))
}

/// A router as `axum::serve` uses it: handlers become routes once per connection, not once per
/// request.
fn on_axum(name: &'static str, router: Router) -> Row {
    let service = router.with_state(()).into_service::<RequestBody>();
    Row::new(name, drive::requests::<_, body::Body>(service))
}

/// A manual reader instead of the periodic one: nothing is exported during a round. What a request
/// costs is the same.
fn open_telemetry() -> HttpMetricsLayer {
    let provider = SdkMeterProvider::builder()
        .with_reader(ManualReader::default())
        .build();
    HttpMetricsLayerBuilder::new()
        .with_provider(provider)
        .build()
}

async fn answer(_: Request<RequestBody>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::from("user 4711\n")))
}

#[cfg(test)]
mod tests {
    use metrics::with_local_recorder;

    use super::*;

    #[test]
    fn what_writes_to_the_facade_records_each_request() {
        let recorder = PrometheusBuilder::new().build_recorder();
        with_local_recorder(&recorder, || {
            for row in &mut all().unwrap() {
                row.run(3);
            }
        });
        let text = recorder.handle().render();
        let counts = |sample: &str| text.lines().any(|line| line == sample);
        // Twice three: plain and on axum.
        let labels = r#"method="GET",endpoint="/users/{id}",status="200""#;
        assert!(
            counts(&format!("http_request_total{{{labels}}} 6")),
            "{text}"
        );
        let labels = r#"method="GET",status="200",endpoint="/users/{id}""#;
        assert!(
            counts(&format!("axum_http_requests_total{{{labels}}} 3")),
            "{text}"
        );
        let labels = r#"endpoint="/users/{id}",method="GET",code="200""#;
        assert!(
            counts(&format!("http_requests_total{{{labels}}} 3")),
            "{text}"
        );
    }
}
