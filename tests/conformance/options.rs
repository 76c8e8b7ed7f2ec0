//! Effects of the builder's options and of response extensions, on both hosts.

use std::borrow::Cow;
use std::io;

use http::StatusCode;
use http::header::USER_AGENT;
use tollgate_http::{Exception, RequestMetricsBuilder, Unmetered};

use crate::answer::Step::{Data, Fail, Panic, Pause, Wait};
use crate::answer::{Answer, Failure, Script};
use crate::case::Case;
use crate::exchange::Client::{HangsUp, ReadsBytes, ReadsHead};
use crate::hosts::{Host, PATH};
use crate::outcome::Outcome;

#[test]
fn response_extensions_change_the_record() {
    check(&[exceptions(), unmetered()].concat());
}

#[test]
fn skipped_request_leaves_no_record() {
    check(&skipped());
}

#[test]
fn statuses_endpoints_and_errors_are_named_as_configured() {
    check(&[classes(), names()].concat());
}

#[test]
fn until_head_ignores_the_body() {
    check(&until_head());
}

#[track_caller]
fn check(cases: &[Case]) {
    for case in cases {
        case.check(Host::Tower);
        case.check(Host::Axum);
    }
}

fn tea() -> Script {
    Script::streamed([Data("te"), Wait, Data("a")])
}

fn exceptions() -> Vec<Case> {
    let marked = |status, body| Answer::new(status, body).extension(Exception("spilled"));
    let ended = |status| Outcome::ended(status).exception("spilled");
    let streams = ended("200").streams();
    vec![
        Case::new(
            "sized",
            marked(500, Script::sized("tea")),
            ended("500").sent(3),
        ),
        Case::new(
            "with a successful status",
            marked(200, Script::sized("tea")),
            ended("200").sent(3),
        ),
        Case::new("streamed", marked(200, tea()), streams.sent(3)),
        Case::new(
            "streamed and dropped",
            marked(200, tea()),
            streams.sent(2).cancelled("body"),
        )
        .client(ReadsBytes(1)),
        Case::new(
            "streamed and failed: only the named exception counts",
            marked(200, Script::streamed([Data("te"), Fail])),
            streams.sent(2),
        ),
        Case::new(
            "streamed and panicked: only the named exception counts",
            marked(200, Script::streamed([Data("te"), Panic])),
            streams.sent(2),
        ),
    ]
}

fn unmetered() -> Vec<Case> {
    let unmetered = |body| Answer::new(200, body).extension(Unmetered);
    let skipped_late = Outcome::skipped_late();
    vec![
        Case::new("sized", unmetered(Script::sized("tea")), skipped_late),
        Case::new("streamed", unmetered(tea()), skipped_late),
        Case::new("streamed and dropped", unmetered(tea()), skipped_late).client(ReadsHead),
        Case::new(
            "with an exception",
            unmetered(tea()).extension(Exception("spilled")),
            skipped_late,
        ),
        Case::new(
            "a request with a body",
            unmetered(tea()),
            skipped_late.method("POST"),
        )
        .method("POST")
        .body(Script::sized("milk")),
    ]
}

fn skipped() -> Vec<Case> {
    let tea = || Answer::new(304, tea());
    vec![
        Case::new("by path", tea(), Outcome::empty()).with(|builder| builder.skip_path(PATH)),
        Case::new(
            "not by a prefix of the path",
            tea(),
            Outcome::ended("304").sent(0),
        )
        .with(|builder| builder.skip_path("/things")),
        Case::new("by a predicate", tea(), Outcome::empty())
            .with(|builder| builder.skip_if(|request| !request.headers().contains_key(USER_AGENT))),
        Case::new(
            "by a predicate, and the client hangs up",
            Answer::NeverResponds,
            Outcome::empty(),
        )
        .with(|builder| builder.skip_if(|_| true))
        .client(HangsUp),
        Case::new("by status", tea(), Outcome::skipped_late())
            .with(|builder| builder.skip_status(|status| status == StatusCode::NOT_MODIFIED)),
        Case::new(
            "not by status after a panic",
            Answer::Panics,
            Outcome::ended("500").exception("panic"),
        )
        .with(|builder| builder.skip_status(|_| true)),
    ]
}

fn classes() -> Vec<Case> {
    let class = |case: Case| case.with(RequestMetricsBuilder::status_by_class);
    let sized = |status| Answer::new(status, Script::sized("tea"));
    vec![
        class(Case::new(
            "a class",
            sized(418),
            Outcome::ended("4xx").sent(3),
        )),
        class(Case::new(
            "the edge of a class",
            sized(599),
            Outcome::ended("5xx").sent(3),
        )),
        class(Case::new(
            "no class",
            sized(999),
            Outcome::ended("other").sent(3),
        )),
        class(Case::new(
            "the class of a panic",
            Answer::Panics,
            Outcome::ended("5xx").exception("panic"),
        )),
        class(
            Case::new(
                "the class of a cancelled request",
                Answer::NeverResponds,
                Outcome::ended("4xx").cancelled("head"),
            )
            .client(HangsUp),
        ),
    ]
}

fn names() -> Vec<Case> {
    let failed = |name| Outcome::ended("500").exception(name);
    let tea = || Answer::new(200, Script::sized("tea"));
    vec![
        Case::new("an error named by a hook", Answer::Fails, failed("spilled")).with(|builder| {
            builder
                .name_error(|_: &io::Error| "io")
                .name_error(|_: &Failure| "spilled")
        }),
        Case::new(
            "an error not named by a hook",
            Answer::Fails,
            failed("error"),
        )
        .with(|builder| builder.name_error(|_: &io::Error| "io")),
        Case::new(
            "an endpoint named by a hook",
            tea(),
            Outcome::ended("200").endpoint("things").sent(3),
        )
        .with(|builder| builder.name_endpoint(|_| Some(Cow::Borrowed("things")))),
        Case::new(
            "an endpoint not named by a hook",
            tea(),
            Outcome::ended("200").sent(3),
        )
        .with(|builder| builder.name_endpoint(|_| None)),
    ]
}

fn until_head() -> Vec<Case> {
    let until_head = |case: Case| case.with(RequestMetricsBuilder::until_head);
    let ok = |body| Answer::new(200, body);
    let ended = Outcome::ended("200");
    vec![
        until_head(Case::new("sized", ok(Script::sized("tea")), ended.sent(3))),
        until_head(Case::new("streamed", ok(tea()), ended)),
        until_head(Case::new(
            "streamed, with a content-length",
            ok(tea()).content_length(3),
            ended.sent(3),
        )),
        until_head(Case::new(
            "streamed, already at its end",
            ok(Script::streamed([])),
            ended.sent(0),
        )),
        until_head(Case::new("streamed and dropped", ok(tea()), ended).client(ReadsHead)),
        until_head(Case::new(
            "streamed and failed",
            ok(Script::streamed([Pause, Fail])),
            ended,
        )),
    ]
}
