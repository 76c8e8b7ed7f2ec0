//! The table of endings, on both hosts.

use crate::answer::Step::{Data, Fail, Panic, Pause, Trailers, Wait};
use crate::answer::{Answer, PAUSE, Script};
use crate::case::Case;
use crate::exchange::Client::{HangsUp, ReadsBytes, ReadsHead};
use crate::hosts::Host;
use crate::outcome::Outcome;

#[test]
fn every_ending_on_tower_is_recorded_once() {
    for case in endings() {
        case.check(Host::Tower);
    }
}

#[test]
fn every_ending_on_axum_is_recorded_once() {
    for case in endings() {
        case.check(Host::Axum);
    }
}

fn endings() -> Vec<Case> {
    [bodies(), failures(), hang_ups(), bodiless()].concat()
}

fn ok(body: Script) -> Answer {
    Answer::new(200, body)
}

fn tea() -> Script {
    Script::streamed([Data("te"), Wait, Data("a")])
}

/// Responses that are read to their end.
fn bodies() -> Vec<Case> {
    let ended = Outcome::ended("200");
    let announced = ok(tea().without_known_end()).content_length(3);
    vec![
        Case::new("empty", ok(Script::sized("")), ended.sent(0)),
        Case::new("sized", ok(Script::sized("tea")), ended.sent(3)),
        Case::new(
            "streamed",
            ok(Script::streamed([Data("te"), Pause, Data("a")])),
            ended.sent(3).streams().lasts(PAUSE),
        ),
        Case::new(
            "streamed, its end not known in advance",
            ok(tea().without_known_end()),
            ended.sent(3).streams(),
        ),
        Case::new(
            "streamed without a frame",
            ok(Script::streamed([]).without_known_end()),
            ended.sent(0).streams(),
        ),
        Case::new(
            "streamed, already at its end",
            ok(Script::streamed([])),
            ended.sent(0),
        ),
        Case::new(
            "trailers",
            ok(Script::streamed([Data("tea"), Pause, Trailers])),
            ended.sent(3).streams().lasts(PAUSE),
        ),
        Case::new(
            "trailers, not polled any further",
            ok(Script::streamed([Data("tea"), Trailers]).without_known_end()),
            ended.sent(3).streams(),
        ),
        Case::new(
            "trailers only",
            ok(Script::streamed([Trailers])),
            ended.sent(0).streams(),
        ),
        Case::new(
            "with a content-length, read to its end",
            announced.clone(),
            ended.sent(3).streams(),
        ),
        Case::new(
            "with a content-length, read up to that length",
            announced,
            ended.sent(3).streams(),
        )
        .client(ReadsBytes(3)),
        Case::new(
            "not found",
            Answer::new(404, Script::sized("no")),
            Outcome::ended("404").sent(2),
        ),
        Case::new(
            "upgraded",
            Answer::new(101, Script::sized("")),
            Outcome::ended("101").sent(0),
        ),
        Case::new(
            "unknown status",
            Answer::new(600, tea()),
            Outcome::ended("other").sent(3).streams(),
        ),
        Case::new(
            "unknown method",
            ok(tea()),
            ended.method("other").sent(3).streams(),
        )
        .method("PURGE"),
        Case::new(
            "a request with a body",
            ok(tea()),
            ended.method("POST").received(Some(4)).sent(3).streams(),
        )
        .method("POST")
        .body(Script::sized("milk")),
        Case::new(
            "a request with a body of unknown length",
            ok(tea()),
            ended.method("POST").received(None).sent(3).streams(),
        )
        .method("POST")
        .body(Script::streamed([Data("milk")])),
    ]
}

/// Failures and panics of the service and its body.
fn failures() -> Vec<Case> {
    let ended = Outcome::ended("200").streams();
    vec![
        Case::new(
            "the inner service fails",
            Answer::Fails,
            Outcome::ended("500").exception("error"),
        ),
        Case::new(
            "the inner service panics",
            Answer::Panics,
            Outcome::ended("500").exception("panic"),
        ),
        Case::new(
            "the inner service panics before it returns a future",
            Answer::PanicsInCall,
            Outcome::ended("500").exception("panic"),
        ),
        Case::new(
            "the body fails",
            ok(Script::streamed([Data("te"), Pause, Fail])),
            ended.sent(2).exception("body").lasts(PAUSE),
        ),
        Case::new(
            "the body fails at once",
            ok(Script::streamed([Fail])),
            ended.sent(0).exception("body"),
        ),
        Case::new(
            "the body panics",
            ok(Script::streamed([Data("te"), Panic])),
            ended.sent(2).exception("panic"),
        ),
    ]
}

/// Responses that the client drops early.
fn hang_ups() -> Vec<Case> {
    let ended = Outcome::ended("200");
    let gone = ended.streams().cancelled("body");
    vec![
        Case::new(
            "dropped before the head",
            Answer::NeverResponds,
            Outcome::ended("499").cancelled("head"),
        )
        .client(HangsUp),
        Case::new("dropped at the head", ok(tea()), gone.sent(0)).client(ReadsHead),
        Case::new(
            "dropped within the body",
            ok(Script::streamed([Data("te"), Data("a")])),
            gone.sent(2),
        )
        .client(ReadsBytes(1)),
        Case::new(
            "dropped before the content-length",
            ok(tea()).content_length(3),
            gone.sent(2),
        )
        .client(ReadsBytes(1)),
        Case::new(
            "dropped before its trailers",
            ok(Script::streamed([Data("tea"), Trailers])),
            gone.sent(3),
        )
        .client(ReadsBytes(3)),
        Case::new(
            "sized and dropped unread",
            ok(Script::sized("tea")),
            ended.sent(3),
        )
        .client(ReadsHead),
    ]
}

/// Responses whose body servers never read.
fn bodiless() -> Vec<Case> {
    let ended = |status| Outcome::ended(status).sent(0);
    let head = ended("200").method("HEAD");
    vec![
        Case::new("HEAD", ok(Script::sized("tea")), head)
            .method("HEAD")
            .client(ReadsHead),
        Case::new("HEAD, streamed", ok(tea()), head)
            .method("HEAD")
            .client(ReadsHead),
        Case::new("101, streamed", Answer::new(101, tea()), ended("101")).client(ReadsHead),
        Case::new("204, streamed", Answer::new(204, tea()), ended("204")).client(ReadsHead),
        Case::new("304, streamed", Answer::new(304, tea()), ended("304")).client(ReadsHead),
        Case::new(
            "CONNECT, streamed",
            ok(tea()),
            ended("200").method("CONNECT"),
        )
        .method("CONNECT")
        .client(ReadsHead),
        Case::new(
            "CONNECT, refused",
            Answer::new(403, tea()),
            Outcome::ended("403").method("CONNECT").sent(3).streams(),
        )
        .method("CONNECT"),
        Case::new(
            "streamed, with a content-length of zero",
            ok(Script::streamed([]).without_known_end()).content_length(0),
            ended("200"),
        )
        .client(ReadsHead),
    ]
}
