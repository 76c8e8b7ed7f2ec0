//! Is a recorder installed once, whoever asks for it again?

use tollgate_recorder::RecorderBuilder;

#[test]
fn who_installs_again_gets_the_same_handle() {
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
