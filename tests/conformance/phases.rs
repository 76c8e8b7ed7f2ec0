//! Every phase of a request is recorded once, however it ends.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tests::ledger::Ledger;
use tollgate_http::{Phases, PhasesBuilder};
use tollgate_recorder::RecorderBuilder;

const PHASES: [&str; 5] = [
    "decode",
    "prepare",
    "provider_dispatch",
    "response_write",
    "total",
];

#[test]
fn phases_of_a_gateway_can_be_configured() {
    let ledger = Ledger::new();
    let phases = build(&ledger, |builder| {
        let builder = builder.namespace("aurora_gateway").status();
        let builder = builder.rename("phase_duration_seconds");
        builder.label_values("stream", ["true", "false"])
    });
    for stream in ["true", "false", "perhaps"] {
        let messages = phases.at("/v1/messages", &[stream]);
        let total = messages.start("total");
        messages.start("decode").succeed();
        messages.start("provider_dispatch").fail();
        total.fail();
    }

    let mut expected = Vec::new();
    for stream in ["true", "false", "other"] {
        for (phase, status) in [
            ("decode", "ok"),
            ("provider_dispatch", "error"),
            ("total", "error"),
        ] {
            expected.push(format!(
                "aurora_gateway_phase_duration_seconds_count{{endpoint=\"/v1/messages\",\
                 phase=\"{phase}\",status=\"{status}\",stream=\"{stream}\"}} 1"
            ));
        }
    }
    expected.sort_unstable();
    assert_eq!(ledger.samples(), expected);
}

#[test]
fn unfinished_phase_is_recorded_when_dropped() {
    let ledger = Ledger::new();
    let phases = build(&ledger, PhasesBuilder::status).at("/tea", &[]);
    drop(phases.start("decode"));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _prepare = phases.start("prepare");
        panic!("in the middle of a phase");
    }));

    assert!(panicked.is_err());
    assert_eq!(
        ledger.samples(),
        [
            count(r#"phase="decode",status="unfinished""#, 1),
            count(r#"phase="prepare",status="panic""#, 1),
        ]
    );
}

#[test]
fn all_endings_share_one_series_without_a_status() {
    let ledger = Ledger::new();
    let phases = build(&ledger, |builder| builder).at("/tea", &[]);
    phases.start("decode").fail();
    drop(phases.start("decode"));

    assert_eq!(ledger.samples(), [count(r#"phase="decode""#, 2)]);
    assert_eq!(
        ledger.families(),
        ["http_request_phase_duration_seconds histogram"]
    );
}

#[test]
fn unlisted_phase_is_other_and_endpoints_have_a_cap() {
    let ledger = Ledger::new();
    let phases = build(&ledger, |builder| builder.max_endpoints(1));
    for _ in 0..2 {
        for n in 0..100 {
            drop(phases.at("/tea", &[]).start(&format!("phase-{n}")));
        }
        for n in 0..100 {
            drop(phases.at(&format!("/{n}"), &["surplus"]).start("total"));
        }
    }

    let overflow = count(r#"phase="total""#, 200).replace("/tea", "overflow");
    assert_eq!(ledger.samples(), [count(r#"phase="other""#, 200), overflow]);
}

#[test]
fn too_long_endpoint_is_overflow_and_does_not_count_toward_the_cap() {
    let ledger = Ledger::new();
    let phases = build(&ledger, |builder| builder.max_endpoints(1));
    for endpoint in [&"x".repeat(513), "/tea"] {
        drop(phases.at(endpoint, &[]).start("total"));
    }

    let tea = count(r#"phase="total""#, 1);
    let overflow = tea.replace("/tea", "overflow");
    assert_eq!(ledger.samples(), [tea, overflow]);
}

#[test]
fn known_phase_allocates_nothing() {
    let (recorder, _handle) = RecorderBuilder::new().build().unwrap();
    let phases = Phases::builder(PHASES).recorder(Arc::new(recorder));
    let phases = phases.build().unwrap();
    let time = || {
        let run = || drop(phases.at("/tea", &[]).start("decode"));
        allocation_counter::measure(run).count_total
    };
    assert_ne!(time(), 0, "the first phase registers its series");
    assert_eq!([time(), time(), time()], [0; 3]);
}

fn build(ledger: &Ledger, configure: impl FnOnce(PhasesBuilder) -> PhasesBuilder) -> Phases {
    let builder = Phases::builder(PHASES).recorder(ledger.recorder());
    configure(builder).build().unwrap()
}

fn count(labels: &str, count: u32) -> String {
    format!("http_request_phase_duration_seconds_count{{endpoint=\"/tea\",{labels}}} {count}")
}
