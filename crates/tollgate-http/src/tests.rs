use std::fmt::Debug;

use super::*;

fn is_public<T: Send + Sync + Debug>() {}

#[test]
fn public_types_are_send_sync_and_debug() {
    is_public::<BodyGuard>();
    is_public::<BuildError>();
    is_public::<Exception>();
    is_public::<BoundedLabel>();
    is_public::<Label>();
    is_public::<Metric>();
    is_public::<EndpointPhases>();
    is_public::<PhaseLabel>();
    is_public::<PhaseTimer>();
    is_public::<Phases>();
    is_public::<PhasesBuilder>();
    is_public::<Preset>();
    is_public::<RequestHead<'_>>();
    is_public::<service::RequestMetrics<()>>();
    is_public::<RequestMetricsBuilder>();
    is_public::<RequestMetricsLayer>();
    is_public::<ResponseBody<()>>();
    is_public::<future::ResponseFuture<(), Tower>>();
    is_public::<ResponseHead<'_>>();
    is_public::<Route>();
    is_public::<Tower>();
    is_public::<Unmetered>();
}

#[test]
fn a_host_takes_nothing_from_what_it_measures() {
    // It is a name for functions, and never held.
    #[derive(Debug)]
    struct Foreign(#[expect(dead_code, reason = "makes the type")] *const ());

    is_public::<service::RequestMetrics<(), Foreign>>();
    is_public::<RequestMetricsLayer<Foreign>>();
    is_public::<future::ResponseFuture<(), Foreign>>();
}
