//! Memory of series and requests.
//!
//! Every row is counted in a process of its own (see `benches::bytes`):
//!
//! - `growth/…`: growth by five million requests to one route, unscraped and without upkeep, after
//!   a warm-up. Resident memory, as the system counts it;
//! - `series/1-thread`, `series/2-threads`: one more series of requests once one or two threads
//!   have recorded into it: a histogram of 14 bounds and a counter, their labels, and their part of
//!   an endpoint's gauge and of the layer's table. Allocated memory, as the program requested it;
//! - `series/1000-…`: the first thousand series of two threads, everything included, and the shares
//!   of the layer and the recorder.
//!
//! Stock is metrics-exporter-prometheus below the same layer.
//!
//! `cargo bench -p benches --bench memory` prints the table and writes `bench/memory.json` in the
//! target directory; `cargo test -p benches --bench memory` counts fewer requests.

use std::error::Error;

use benches::{Goal, Report, bytes, is_measured};
use serde_json::json;

/// Bytes that the allocator may take or give back by itself.
const PAGE_NOISE: f64 = 64.0 * 1024.0;

const MEBIBYTE: f64 = 1024.0 * 1024.0;

fn main() -> Result<(), Box<dyn Error>> {
    let requests = if is_measured() { 5_000_000 } else { 1_000 };
    let mut report = Report::new(&["row", "bytes"]);
    for row in ["growth/tollgate", "growth/stock", "series"] {
        for (name, bytes) in bytes::counted_by(env!("CARGO_BIN_EXE_memory"), row, requests)? {
            report.row(vec![name.clone(), bytes.to_string()]);
            report.json(json!({ "name": name, "bytes": bytes }));
            let limit = match &*name {
                "growth/tollgate" => PAGE_NOISE,
                "series/1000-total" => MEBIBYTE,
                _ => continue,
            };
            #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
            report.goal(Goal::at_most(name, limit, bytes as f64));
        }
    }
    report.publish("memory", env!("CARGO_TARGET_TMPDIR"))
}
