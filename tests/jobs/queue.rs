//! What waits between two parts of a program.

use std::time::Duration;

use tests::ledger::Ledger;
use tollgate_collectors::Queue;

#[test]
fn what_comes_goes_out_or_fails() {
    let ledger = Ledger::new();
    let queue = Queue::builder("outbox")
        .namespace("shop")
        .label("tenant", "acme")
        .recorder(ledger.recorder())
        .build();
    queue.came(10);
    queue.take(3).done();
    drop(queue.take(2));
    let _ = tests::panics::caught(|| {
        let _batch = queue.take(1);
        panic!("as the test asks for");
    });
    queue.lag(Duration::from_millis(1_500));
    let _taken = queue.take(1);

    let labels = "{queue=\"outbox\",tenant=\"acme\"}";
    assert_eq!(
        ledger.samples(),
        [
            format!("shop_queue_batch_duration_seconds_count{labels} 3"),
            format!("shop_queue_depth{labels} 3"),
            format!("shop_queue_failed_total{labels} 3"),
            format!("shop_queue_in_total{labels} 10"),
            format!("shop_queue_lag_seconds{labels} 1.5"),
            format!("shop_queue_out_total{labels} 3"),
        ]
    );

    queue.depth(40);
    assert_eq!(ledger.scrape().sum("shop_queue_depth", &[]), 40.0);
}
