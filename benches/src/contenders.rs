//! The same application inside each compared layer.
//!
//! Every contender is set up as its own documentation recommends and records into a real recorder:
//! without one a layer measures nothing and costs little.

use std::{convert::Infallible, error::Error, fmt::Debug, sync::Arc};

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
use tollgate_http::{RequestMetricsBuilder, RequestMetricsLayer, Route};
use tollgate_recorder::RecorderBuilder;
use tower::{Layer, Service, layer::util::Identity, service_fn, util::MapRequest};
use tower_http::trace::TraceLayer;

use crate::{
    Row, app,
    drive::{self, RequestBody},
};

/// The baseline of plain tower services: nothing around them.
pub const TOWER_BARE: &str = "tower/bare";

/// The baseline on axum: a layer that does nothing. Any layer makes axum box the route once more,
/// so a layer's own cost is the difference to this one.
pub const AXUM_IDENTITY: &str = "axum/identity";

/// Installs the stock recorder, the default for everything on the `metrics` facade.
///
/// The buckets are those that axum-prometheus sets; without any the exporter would keep the same
/// samples and render summaries. The caller runs the handle's upkeep, as axum-prometheus does every
/// five seconds: the samples would pile up otherwise.
///
/// # Errors
///
/// If the process has a recorder already.
pub fn install_stock_recorder() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new()
        .set_buckets(SECONDS_DURATION_BUCKETS)?
        .install_recorder()
}

/// All rows of the `overhead` benchmark. [`install_stock_recorder`] comes first.
///
/// # Errors
///
/// If a layer, its recorder or the disabled suite cannot be built.
pub fn all() -> Result<Vec<Row>, Box<dyn Error>> {
    let mut rows = tower()?;
    rows.extend(axum()?);
    Ok(rows)
}

fn tower() -> Result<Vec<Row>, Box<dyn Error>> {
    let tollgate = tollgate()?.build()?.layer(service_fn(answer));
    Ok(vec![
        on_tower(TOWER_BARE, app::ROUTE, service_fn(answer)),
        on_tower("tower/tollgate", app::ROUTE, tollgate).over(TOWER_BARE),
    ])
}

fn axum() -> Result<Vec<Row>, Box<dyn Error>> {
    let over_identity = |name, router| on_axum(name, router).over(AXUM_IDENTITY);
    let app = app::router;
    Ok(vec![
        over_identity("axum/bare", app()),
        on_axum(AXUM_IDENTITY, app().layer(Identity::new())),
        over_identity(
            "axum/tollgate",
            app().layer(tollgate()?.build()?.for_host(Axum)),
        ),
        // The route is past the cap, and its name is kept among such names.
        over_identity(
            "axum/tollgate-overflow",
            app().layer(overflowing(&["/taken"])?.for_host(Axum)),
        ),
        over_identity(
            "axum/tollgate-overflow-unknown",
            app().layer(overflowing(&["/taken", "/known"])?.for_host(Axum)),
        ),
        over_identity(
            "axum/tollgate-stock-recorder",
            app().layer(RequestMetricsLayer::new().for_host(Axum)),
        ),
        over_identity(
            "axum/tollgate-disabled",
            Tollgate::builder().enabled(false).build()?.wrap(app()),
        ),
        // No subscriber: the cost of the layer without a consumer of its spans.
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

/// The layer with a recorder of its own.
///
/// # Errors
///
/// If the recorder cannot be built.
pub fn tollgate() -> Result<RequestMetricsBuilder, tollgate_recorder::Error> {
    let (recorder, _) = RecorderBuilder::new().build()?;
    Ok(RequestMetricsLayer::builder().recorder(Arc::new(recorder)))
}

/// A layer with a cap of one endpoint, which has seen these routes and so has no room for another.
fn overflowing(routes: &[&'static str]) -> Result<RequestMetricsLayer, Box<dyn Error>> {
    let layer = tollgate()?.max_endpoints(1).build()?;
    for route in routes {
        on_tower("", route, layer.layer(service_fn(answer))).run(1);
    }
    Ok(layer)
}

/// A service behind a router that knows the routes, as in axum: the cost of their names is not that
/// of a layer.
fn on_tower<S, B>(name: &'static str, route: &'static str, service: S) -> Row
where
    S: Service<Request<RequestBody>, Response = Response<B>> + 'static,
    S::Error: Debug,
    B: Body + 'static,
    B::Error: Debug,
{
    let routed = MapRequest::new(service, move |mut request: Request<RequestBody>| {
        request.extensions_mut().insert(Route::from(route));
        request
    });
    Row::new(name, drive::requests(routed))
}

/// A router as in `axum::serve`: handlers become routes once per connection, not once per request.
pub fn on_axum(name: &'static str, router: Router) -> Row {
    let service = router.with_state(()).into_service::<RequestBody>();
    Row::new(name, drive::requests::<_, body::Body>(service))
}

/// A manual reader instead of the periodic one: nothing is exported during a round. The cost of a
/// request is the same.
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
        let labels = r#"method="GET",endpoint="/users/{id}",status="200""#;
        assert!(
            counts(&format!("http_request_total{{{labels}}} 3")),
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
