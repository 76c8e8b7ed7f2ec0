//! Access to the metrics route.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{BoxError, Router, http::Method};
use tollgate_auth::{MasterKeyLayer, MasterKeys};
use tollgate_axum::{Guard, MetricsPath, RouterExt};
use tollgate_exposition::{Exposition, Selection, Snapshot};

use crate::{ask, request};

const KEY: &str = "correct-horse-battery-staple";

/// Exposition that counts its renderings.
#[derive(Default)]
struct Counted(AtomicUsize);

impl Exposition for Counted {
    fn read(&self, _: &Selection) -> Result<Snapshot, BoxError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(Snapshot::default())
    }
}

#[tokio::test]
async fn request_without_a_key_renders_nothing() {
    let exposition = Arc::new(Counted::default());
    let keys = MasterKeyLayer::new(MasterKeys::new([KEY]).unwrap());
    let app = Router::new().mount_metrics(&MetricsPath::default(), Arc::clone(&exposition), keys);
    let right = format!("Bearer {KEY}");
    let right = ("authorization", right.as_str());
    let wrong = ("authorization", "Bearer wrong-horse-battery-staple");

    for method in ["GET", "HEAD", "POST", "OPTIONS", "PROPFIND"] {
        for (headers, status) in [
            (vec![], 401),
            (vec![wrong], 401),
            (vec![("authorization", "Bearer")], 400),
            (vec![right, right], 400),
            (
                vec![right],
                if ["GET", "HEAD"].contains(&method) {
                    200
                } else {
                    405
                },
            ),
        ] {
            let before = exposition.0.load(Ordering::Relaxed);
            let method = method.parse().unwrap();
            let answer = ask(&app, request(method, "/metrics", &headers)).await;
            let rendered = exposition.0.load(Ordering::Relaxed) - before;

            assert_eq!(answer.status, status, "{headers:?}");
            assert_eq!(rendered, usize::from(status == 200), "{headers:?}");
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            assert_eq!(
                answer.header("www-authenticate").is_some(),
                [400, 401].contains(&status)
            );
            assert!(answer.is_unmetered, "{headers:?}");
        }
    }
}

#[tokio::test]
async fn open_route_requires_no_key() {
    let app = Router::new().mount_metrics(&MetricsPath::default(), Counted::default(), Guard::Open);
    let headers = [("authorization", "Bearer wrong")];

    assert_eq!(
        ask(&app, request(Method::GET, "/metrics", &[]))
            .await
            .status,
        200
    );
    assert_eq!(
        ask(&app, request(Method::GET, "/metrics", &headers))
            .await
            .status,
        200
    );
}

#[test]
fn guard_does_not_show_its_keys() {
    let keys = MasterKeyLayer::new(MasterKeys::new([KEY]).unwrap());

    assert!(!format!("{:?}", Guard::from(keys)).contains(KEY));
}
