//! Renderings without a runtime, and how samples are counted.

use axum::http::HeaderMap;
use metrics_util::debugging::DebuggingRecorder;
use tokio::runtime::{Builder, Runtime};

use super::*;
use crate::RenderRequest;

struct Up;

impl Exposition for Up {
    fn render(&self, _: &RenderRequest, out: &mut Vec<u8>) -> Result<(), BoxError> {
        out.extend_from_slice(b"up 1\n");
        Ok(())
    }
}

fn renderer() -> Arc<Renderer> {
    let recorder = Arc::new(DebuggingRecorder::new());
    Arc::new(Renderer::new(
        Arc::new(Up),
        1,
        None,
        Target::given(recorder),
    ))
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
fn a_runtime_that_has_ended_keeps_no_place_and_nobody_waiting() {
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
    assert_eq!(runtime().block_on(again), Some(Bytes::from("up 1\n")));
}

#[test]
fn samples_are_the_lines_that_are_neither_comments_nor_empty() {
    assert_eq!(samples(b""), 0);
    assert_eq!(samples(b"# HELP up Up.\n# TYPE up gauge\n\n"), 0);
    assert_eq!(
        samples(b"# TYPE up gauge\nup{a=\"#\"} 1\nup 0\n\n# EOF\n"),
        2
    );
    assert_eq!(samples(b"up 1"), 1);
}
