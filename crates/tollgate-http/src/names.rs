//! Names and labels of the request metrics.

use tollgate_families::families;

families! {
    /// Metric of the request layer, by its role. An outgoing call has the same roles.
    ///
    /// The default names of the request layer are given here; [`Preset`](crate::Preset) and
    /// [`rename`](crate::RequestMetricsBuilder::rename) change them.
    pub enum Metric {
        Duration: histogram(Seconds) "http_request_duration_seconds" {method, endpoint, status}
            "Time from the request to the end of its response in seconds.";
        Total: counter(Count) "http_request_total" {method, endpoint, status}
            "Requests ended, by status.";
        Exceptions: counter(Count) "http_request_exceptions_total" {method, endpoint, exception}
            "Requests ended in an exception.";
        InFlight: gauge(Count) "http_requests_in_flight" {method, endpoint}
            "Requests whose response has not ended.";
        Cancelled: counter(Count) "http_request_cancelled_total" {method, endpoint, phase}
            "Requests dropped before the end of their response.";
        /// Opt-in.
        RequestSize: histogram(Bytes) "http_request_size_bytes" {method, endpoint}
            "Size of request bodies with an announced length in bytes.";
        /// Opt-in.
        ResponseSize: histogram(Bytes) "http_response_size_bytes" {method, endpoint}
            "Size of response bodies as far as they were sent in bytes.";
        EndpointOverflow: counter(Count) "http_endpoint_overflow_total" {}
            "Requests to endpoints beyond the maximum.";
    }

    /// Label of the request layer's metrics, by its role. An outgoing call has the same roles.
    pub enum Label {
        method = Method "a method of RFC 9110, `PATCH`, `QUERY` or `other`";
        endpoint = Endpoint "the route's template, `unmatched` or `overflow`";
        status = Status "a code from 100 to 599 (or its class), or `other`";
        exception = Exception "the name that the service or one of its hooks gives the failure";
        phase = Phase "`head` or `body`";
        /// OpenTelemetry only.
        error_type = ErrorType
            "the code of a server error, `cancelled` for a request dropped before its response, or empty";
        /// Outgoing calls only, and all their metrics.
        client = Client "the name that a client layer was given";
    }
}
