//! The table of endings, on both hosts.

use crate::answer::Step::{Data, Fail, Panic, Pause, Trailers, Wait};
use crate::answer::{Answer, PAUSE, Script};
use crate::case::Case;
use crate::exchange::Client::{HangsUp, ReadsBytes, TakesTheHead};
use crate::hosts::Host;
use crate::outcome::Outcome;

#[test]
fn every_ending_on_a_plain_tower_service_is_one_record() {
    for case in endings() {
        case.check(Host::Tower);
    }
}

#[test]
fn every_ending_on_axum_is_one_record() {
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
    let announced = ok(tea().unforetold()).announcing(3);
    vec![
        Case::new("empty", ok(Script::sized("")), ended.sent(0)),
        Case::new("sized", ok(Script::sized("tea")), ended.sent(3)),
        Case::new(
            "streamed",
            ok(Script::streamed([Data("te"), Pause, Data("a")])),
            ended.sent(3).streams().lasts(PAUSE),
        ),
        Case::new(
            "streamed, its last frame not known as such",
            ok(tea().unforetold()),
            ended.sent(3).streams(),
        ),
        Case::new(
            "streamed without a frame",
            ok(Script::streamed([]).unforetold()),
            ended.sent(0).streams(),
        ),
        Case::new(
            "streamed, over already",
            ok(Script::streamed([])),
            ended.sent(0),
        ),
        Case::new(
            "trailers",
            ok(Script::streamed([Data("tea"), Pause, Trailers])),
            ended.sent(3).streams().lasts(PAUSE),
        ),
        Case::new(
            "trailers, after which nobody asks for more",
            ok(Script::streamed([Data("tea"), Trailers]).unforetold()),
            ended.sent(3).streams(),
        ),
        Case::new(
            "trailers alone",
            ok(Script::streamed([Trailers])),
            ended.sent(0).streams(),
        ),
        Case::new(
            "announced and read to its end",
            announced.clone(),
            ended.sent(3).streams(),
        ),
        Case::new(
            "announced and read no further than that",
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
            "no status that is known",
            Answer::new(600, tea()),
            Outcome::ended("other").sent(3).streams(),
        ),
        Case::new(
            "no method that is known",
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

/// Whatever goes wrong on the service's side.
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
            "the inner service panics before there is a future",
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

/// Whatever ends early because nobody reads on.
fn hang_ups() -> Vec<Case> {
    let ended = Outcome::ended("200");
    let gone = ended.streams().cancelled("body");
    vec![
        Case::new(
            "dropped before the head",
            Answer::NeverComes,
            Outcome::ended("499").cancelled("head"),
        )
        .client(HangsUp),
        Case::new("dropped at the head", ok(tea()), gone.sent(0)).client(TakesTheHead),
        Case::new(
            "dropped midway",
            ok(Script::streamed([Data("te"), Data("a")])),
            gone.sent(2),
        )
        .client(ReadsBytes(1)),
        Case::new(
            "dropped before as much as was announced",
            ok(tea()).announcing(3),
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
        .client(TakesTheHead),
    ]
}

/// Responses whose body no server reads, whatever it holds.
fn bodiless() -> Vec<Case> {
    let ended = |status| Outcome::ended(status).sent(0);
    let head = ended("200").method("HEAD");
    vec![
        Case::new("HEAD", ok(Script::sized("tea")), head)
            .method("HEAD")
            .client(TakesTheHead),
        Case::new("HEAD, streamed", ok(tea()), head)
            .method("HEAD")
            .client(TakesTheHead),
        Case::new("101, streamed", Answer::new(101, tea()), ended("101")).client(TakesTheHead),
        Case::new("204, streamed", Answer::new(204, tea()), ended("204")).client(TakesTheHead),
        Case::new("304, streamed", Answer::new(304, tea()), ended("304")).client(TakesTheHead),
        Case::new(
            "CONNECT, streamed",
            ok(tea()),
            ended("200").method("CONNECT"),
        )
        .method("CONNECT")
        .client(TakesTheHead),
        Case::new(
            "CONNECT, refused",
            Answer::new(403, tea()),
            Outcome::ended("403").method("CONNECT").sent(3).streams(),
        )
        .method("CONNECT"),
        Case::new(
            "announced as empty, streamed",
            ok(Script::streamed([]).unforetold()).announcing(0),
            ended("200"),
        )
        .client(TakesTheHead),
    ]
}
