//! Any body, read by any client, is recorded once and leaves nothing in flight.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::answer::Step::{Data, Fail, Panic, Trailers, Wait};
use crate::answer::{Answer, Script, Step};
use crate::case::Case;
use crate::exchange::Client;
use crate::hosts::Host;
use crate::outcome::Outcome;

proptest! {
    #[test]
    fn any_body_read_by_any_client_is_recorded_once(body in any_body(), client in any_client()) {
        let case = Case::new("any body", body.answer(), body.outcome(client)).client(client);
        // A layer never frees its endpoints, and this test builds hundreds of layers.
        let case = case.with(|builder| builder.max_endpoints(1));
        case.check(Host::Tower);
        case.check(Host::Axum);
    }
}

/// A body that streams.
#[derive(Debug, Clone)]
struct Sketch {
    steps: Vec<Step>,
    knows_its_end: bool,
    announced: Option<u64>,
}

impl Sketch {
    fn answer(&self) -> Answer {
        let body = Script::streamed(self.steps.clone());
        let body = if self.knows_its_end {
            body
        } else {
            body.without_known_end()
        };
        let answer = Answer::new(200, body);
        match self.announced {
            Some(length) => answer.content_length(length),
            None => answer,
        }
    }

    /// Derives the record from the frames by the rules, without polling.
    fn outcome(&self, client: Client) -> Outcome {
        let ended = Outcome::ended("200");
        if self.is_known_to_end(&self.steps) || self.announced == Some(0) {
            return ended.sent(0);
        }
        let ended = ended.streams();
        let mut sent = 0;
        let mut steps = self.steps.as_slice();
        loop {
            let goes_on = match client {
                Client::ReadsAll => true,
                Client::ReadsBytes(limit) => sent < limit as u64,
                Client::ReadsHead | Client::HangsUp => false,
            };
            if !goes_on {
                return ended.sent(sent).cancelled("body");
            }
            let Some((step, left)) = steps.split_first() else {
                return ended.sent(sent);
            };
            steps = left;
            match step {
                Data(text) => sent += text.len() as u64,
                Trailers => return ended.sent(sent),
                Fail => return ended.sent(sent).exception("body"),
                Panic => return ended.sent(sent).exception("panic"),
                Wait | Step::Pause | Step::Stall => continue,
            }
            let all = self.announced.is_some_and(|length| sent >= length);
            if all || self.is_known_to_end(steps) {
                return ended.sent(sent);
            }
        }
    }

    fn is_known_to_end(&self, left: &[Step]) -> bool {
        self.knows_its_end && left.is_empty()
    }
}

fn any_body() -> impl Strategy<Value = Sketch> {
    let step = prop_oneof![
        4 => (0..4_usize).prop_map(|length| Data(&"tea"[..length])),
        2 => Just(Wait),
        1 => Just(Trailers),
        1 => Just(Fail),
        1 => Just(Panic),
    ];
    let parts = (
        vec(step, 0..6),
        any::<bool>(),
        proptest::option::of(0..8_u64),
    );
    parts.prop_map(|(steps, knows_its_end, announced)| Sketch {
        steps,
        knows_its_end,
        announced,
    })
}

fn any_client() -> impl Strategy<Value = Client> {
    prop_oneof![
        Just(Client::ReadsAll),
        (0..8_usize).prop_map(Client::ReadsBytes),
        Just(Client::ReadsHead),
    ]
}
