//! Renderings without a runtime.

use axum::http::HeaderMap;
use metrics_util::debugging::DebuggingRecorder;
use tokio::runtime::{Builder, Runtime};
use tollgate_exposition::{Family, Kind, Series, Value};

use super::*;

struct Up;

impl Exposition for Up {
    fn read(&self, _: &Selection) -> Result<Snapshot, BoxError> {
        let mut up = Family::new("up", Kind::Gauge);
        up.push(Series::new("", Value::Count(1)));
        Ok(Snapshot::from_iter([up]))
    }
}

fn renderer() -> Arc<Renderer> {
    let recorder = Arc::new(DebuggingRecorder::new());
    let mut renderer = Renderer::new(Arc::new(Up));
    renderer.limit(1);
    renderer.target = Target::given(recorder);
    Arc::new(renderer)
}

fn representation() -> Representation {
    Representation::requested(&HeaderMap::new(), None, Up.formats())
}

#[track_caller]
fn runtime() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

#[test]
fn without_a_runtime_nothing_is_rendered() {
    let renderer = renderer();

    let refusal = renderer.render(representation()).err();

    assert_eq!(refusal, Some(Refusal::NoRuntime));
    assert!(renderer.under_way().is_empty());
}

#[test]
fn ended_runtime_keeps_neither_place_nor_waiter() {
    let renderer = renderer();
    let ended = runtime();
    let handle = ended.handle().clone();
    drop(ended);

    let rendering = {
        let _entered = handle.enter();
        renderer.render(representation()).ok().unwrap()
    };

    assert!(renderer.under_way().is_empty());
    assert_eq!(runtime().block_on(rendering.body()), None);
    let again = async { renderer.render(representation()).ok().unwrap().body().await };
    assert_eq!(
        runtime().block_on(again),
        Some(Bytes::from("# TYPE up gauge\nup 1\n"))
    );
}
