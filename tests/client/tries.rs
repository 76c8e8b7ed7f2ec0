//! Above a retry layer each call is recorded once; below it, each try.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::Body;
use http_body_util::Empty;
use tests::ledger::Ledger;
use tollgate_http::client::ClientMetricsLayer;
use tower::retry::Policy;
use tower::{ServiceBuilder, ServiceExt, service_fn};

#[tokio::test]
async fn three_tries_are_one_call_above_the_retry_layer_and_three_below() {
    let ledger = Ledger::new();
    let builder = ClientMetricsLayer::builder("tea").recorder(ledger.recorder());
    let calls = builder.clone().build().unwrap();
    let tries = builder.namespace("try").build().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let service = ServiceBuilder::new()
        .layer(calls)
        .retry(WhileUnavailable)
        .layer(tries)
        .service(service_fn(move |_: Request<Empty<Bytes>>| {
            let status = match asked.fetch_add(1, Ordering::Relaxed) {
                0 | 1 => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::OK,
            };
            let response = Response::builder().status(status);
            ready(Ok::<_, Infallible>(
                response.body(Empty::<Bytes>::new()).unwrap(),
            ))
        }));
    let response = service.oneshot(Request::new(Empty::new())).await.unwrap();

    assert_eq!(response.status(), StatusCode::OK);
    let totals: Vec<String> = ledger.samples();
    let totals: Vec<&str> = totals
        .iter()
        .filter(|sample| sample.contains("request_total"))
        .map(String::as_str)
        .collect();
    assert_eq!(
        totals,
        [
            r#"http_client_request_total{method="GET",status="200",client="tea"} 1"#,
            r#"try_http_client_request_total{method="GET",status="200",client="tea"} 1"#,
            r#"try_http_client_request_total{method="GET",status="503",client="tea"} 2"#,
        ]
    );
}

/// Retries until the service is available.
#[derive(Debug, Clone)]
struct WhileUnavailable;

impl<B: Body, E> Policy<Request<Empty<Bytes>>, Response<B>, E> for WhileUnavailable {
    type Future = Ready<()>;

    fn retry(
        &mut self,
        _: &mut Request<Empty<Bytes>>,
        result: &mut Result<Response<B>, E>,
    ) -> Option<Self::Future> {
        let response = result.as_ref().ok()?;
        (response.status() == StatusCode::SERVICE_UNAVAILABLE).then(|| ready(()))
    }

    fn clone_request(&mut self, _: &Request<Empty<Bytes>>) -> Option<Request<Empty<Bytes>>> {
        Some(Request::new(Empty::new()))
    }
}
