//! Metrics and labels of websockets.

use tollgate_families::families;

/// Upper bounds of the durations in seconds: from a connection that is lost at once to one that stays
/// for more than a day.
const BOUNDS: &[f64] = &[0.001, 1.0, 60.0, 3_600.0, 54_000.0, 108_000.0];

families! {
    /// Metric of websockets.
    pub enum WebSocketMetric {
        InFlight: gauge(Count) "websockets_in_flight" {endpoint} "Websockets open.";
        Duration: histogram(Seconds, BOUNDS) "websocket_duration_seconds" {endpoint}
            "Time from the upgrade of a websocket to its end in seconds.";
        Total: counter(Count) "websocket_total" {endpoint, outcome} "Websockets ended, by outcome.";
        Messages: counter(Count) "websocket_messages_total" {endpoint, direction}
            "Text and binary messages of websockets.";
        Bytes: counter(Bytes) "websocket_bytes_total" {endpoint, direction}
            "Payload of the text and binary messages of websockets in bytes.";
    }

    /// Label of the metrics of websockets.
    pub enum WebSocketLabel {
        endpoint = Endpoint "the route's template, `unmatched` or `overflow`";
        outcome = Outcome "`closed`, `lost`, `dropped`, `panic` or `failed_upgrade`";
        direction = Direction "`in` or `out`";
    }
}
