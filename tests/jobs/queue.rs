//! Queues between two parts of a program.

use std::time::Duration;

use tests::ledger::Ledger;
use tollgate_collectors::Queue;

#[test]
fn enqueued_items_are_finished_or_fail() {
    let ledger = Ledger::new();
    let queue = Queue::builder("outbox")
        .namespace("shop")
        .constant_label("tenant", "acme")
        .recorder(ledger.recorder())
        .build()
        .unwrap();
    queue.enqueue(10);
    queue.dequeue(3).finish();
    let lag = ledger.scrape().values("shop_queue_lag_seconds", &[]);
    assert_eq!(lag, [0.0; 0], "none is known");
    drop(queue.dequeue(2));
    let _ = tests::panics::caught(|| {
        let _batch = queue.dequeue(1);
        panic!("as the test asks for");
    });
    queue.set_lag(Duration::from_millis(1_500));
    let _dequeued = queue.dequeue(1);

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

    queue.set_depth(40);
    assert_eq!(ledger.scrape().sum("shop_queue_depth", &[]), 40.0);
}
