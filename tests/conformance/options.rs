//! What the builder's options and the extensions of a response change, on both hosts.

use std::borrow::Cow;
use std::io;

use http::StatusCode;
use http::header::USER_AGENT;
use tollgate_http::{Exception, RequestMetricsBuilder, Unmetered};

use crate::answer::Step::{Data, Fail, Panic, Pause, Wait};
use crate::answer::{Answer, Failure, Script};
use crate::case::Case;
use crate::exchange::Client::{HangsUp, ReadsBytes, TakesTheHead};
use crate::hosts::{Host, PATH};
use crate::outcome::Outcome;

#[test]
fn a_response_says_how_its_request_counts() {
    check(&[exceptions(), unmetered()].concat());
}

#[test]
fn what_is_skipped_leaves_no_record() {
    check(&skipped());
}

#[test]
fn statuses_endpoints_and_errors_are_named_as_configured() {
    check(&[classes(), names()].concat());
}

#[test]
fn until_the_head_no_body_is_followed() {
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
            "with a good status",
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
            "streamed and failed: one exception, the one that was named",
            marked(200, Script::streamed([Data("te"), Fail])),
            streams.sent(2),
        ),
        Case::new(
            "streamed and panicked: the one that was named too",
            marked(200, Script::streamed([Data("te"), Panic])),
            streams.sent(2),
        ),
    ]
}

fn unmetered() -> Vec<Case> {
    let unmetered = |body| Answer::new(200, body).extension(Unmetered);
    let let_go = Outcome::let_go();
    vec![
        Case::new("sized", unmetered(Script::sized("tea")), let_go),
        Case::new("streamed", unmetered(tea()), let_go),
        Case::new("streamed and dropped", unmetered(tea()), let_go).client(TakesTheHead),
        Case::new(
            "an exception too",
            unmetered(tea()).extension(Exception("spilled")),
            let_go,
        ),
        Case::new(
            "a request with a body",
            unmetered(tea()),
            let_go.method("POST"),
        )
        .method("POST")
        .body(Script::sized("milk")),
    ]
}

fn skipped() -> Vec<Case> {
    let tea = || Answer::new(304, tea());
    vec![
        Case::new("by path", tea(), Outcome::unseen()).with(|builder| builder.skip_path(PATH)),
        Case::new(
            "by the beginning of a path: not",
            tea(),
            Outcome::ended("304").sent(0),
        )
        .with(|builder| builder.skip_path("/things")),
        Case::new("by a predicate", tea(), Outcome::unseen())
            .with(|builder| builder.skip_if(|request| !request.headers().contains_key(USER_AGENT))),
        Case::new(
            "by a predicate, before it hangs up",
            Answer::NeverComes,
            Outcome::unseen(),
        )
        .with(|builder| builder.skip_if(|_| true))
        .client(HangsUp),
        Case::new("by status", tea(), Outcome::let_go())
            .with(|builder| builder.skip_status(|status| status == StatusCode::NOT_MODIFIED)),
        Case::new(
            "by the status of a panic: there is none",
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
                Answer::NeverComes,
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
        Case::new(
            "an error that a hook knows",
            Answer::Fails,
            failed("spilled"),
        )
        .with(|builder| {
            builder
                .name_error(|_: &io::Error| "io")
                .name_error(|_: &Failure| "spilled")
        }),
        Case::new(
            "an error that no hook knows",
            Answer::Fails,
            failed("error"),
        )
        .with(|builder| builder.name_error(|_: &io::Error| "io")),
        Case::new(
            "an endpoint that a hook names",
            tea(),
            Outcome::ended("200").endpoint("things").sent(3),
        )
        .with(|builder| builder.name_endpoint(|_| Some(Cow::Borrowed("things")))),
        Case::new(
            "an endpoint that no hook names",
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
            "streamed, its length announced",
            ok(tea()).announcing(3),
            ended.sent(3),
        )),
        until_head(Case::new(
            "streamed, over already",
            ok(Script::streamed([])),
            ended.sent(0),
        )),
        until_head(Case::new("streamed and dropped", ok(tea()), ended).client(TakesTheHead)),
        until_head(Case::new(
            "streamed and failed",
            ok(Script::streamed([Pause, Fail])),
            ended,
        )),
    ]
}
