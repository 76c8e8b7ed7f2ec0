//! Repeated installation.

use tollgate_recorder::RecorderBuilder;

#[test]
fn second_install_returns_the_first_handle() {
    let first = RecorderBuilder::new()
        .constant_label("order", "first")
        .install()
        .unwrap();
    metrics::counter!("orders_total").increment(1);
    let second = RecorderBuilder::new()
        .constant_label("order", "second")
        .install()
        .unwrap();
    metrics::counter!("orders_total").increment(1);

    let text = "# TYPE orders_total counter\norders_total{order=\"first\"} 2\n";
    assert_eq!(first.render(), text);
    assert_eq!(second.render(), text);
}
