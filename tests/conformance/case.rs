//! One row of the table, and its check.

use http::{Method, Request};
use tests::ledger::Ledger;
use tollgate_http::{RequestMetricsBuilder, RequestMetricsLayer};

use crate::answer::{Answer, Script};
use crate::exchange::Client;
use crate::hosts::{Host, PATH};
use crate::outcome::Outcome;

/// A request, the service's answer to it, and the complete record in the metrics.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) answer: Answer,
    pub(crate) client: Client,
    method: &'static str,
    body: Script,
    configure: fn(RequestMetricsBuilder) -> RequestMetricsBuilder,
    outcome: Outcome,
}

impl Case {
    /// Creates a case: a `GET` without a body, whose answer the client reads to its end.
    pub(crate) fn new(name: &'static str, answer: Answer, outcome: Outcome) -> Self {
        Self {
            name,
            answer,
            client: Client::ReadsAll,
            method: "GET",
            body: Script::sized(""),
            configure: |builder| builder,
            outcome,
        }
    }

    pub(crate) fn client(self, client: Client) -> Self {
        Self { client, ..self }
    }

    pub(crate) fn method(self, method: &'static str) -> Self {
        Self { method, ..self }
    }

    pub(crate) fn body(self, body: Script) -> Self {
        Self { body, ..self }
    }

    pub(crate) fn with(
        self,
        configure: fn(RequestMetricsBuilder) -> RequestMetricsBuilder,
    ) -> Self {
        Self { configure, ..self }
    }

    pub(crate) fn request(&self) -> Request<Script> {
        let method = Method::from_bytes(self.method.as_bytes()).unwrap();
        let request = Request::builder().method(method).uri(PATH);
        request.body(self.body.clone()).unwrap()
    }

    /// Runs the case and checks that the client sees the same as without the layer, that the gauge
    /// is right at every moment, and that the series are exactly the expected ones.
    #[track_caller]
    pub(crate) fn check(&self, host: Host) {
        let name = self.name;
        let ledger = Ledger::new();
        let builder = RequestMetricsLayer::builder().recorder(ledger.recorder());
        let layer = (self.configure)(builder.body_sizes()).build().unwrap();

        let bare = host.run(self, None, |_| {});
        let seen = host.run(self, Some(layer), |moment| {
            let in_flight = ledger.scrape().sum("http_requests_in_flight", &[]);
            let expected = self.outcome.in_flight(moment);
            assert_eq!(
                in_flight, expected,
                "in flight, {name}, {host:?}, {moment:?}"
            );
        });

        assert_eq!(seen, bare, "the client, {name}, {host:?}");
        assert_eq!(ledger.samples(), self.outcome.samples(), "{name}, {host:?}");
        let seconds = ledger
            .scrape()
            .sum("http_request_duration_seconds_sum", &[]);
        // The layer's clock and the clock of the pause differ slightly.
        let least = self.outcome.duration().as_secs_f64() * 0.9;
        assert!(seconds >= least, "{seconds} seconds, {name}, {host:?}");
    }
}
