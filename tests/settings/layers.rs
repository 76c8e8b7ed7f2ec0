//! Which layer wins, and what each reads.

use crate::{Place, refused};

#[test]
fn a_stronger_layer_wins() {
    let place = Place::new();
    let yaml = "metrics: { enabled: true, endpoint: /yaml }";
    let settings = place.yaml(yaml).load().unwrap();
    assert!(settings.enabled());
    assert_eq!(settings.endpoint(), "/yaml");
    let shown = settings.to_string();
    assert!(shown.contains("tollgate.yaml:1)"), "{shown}");

    let variables = [("METRICS_ENDPOINT", "/variable"), ("METRICS_ENABLED", "")];
    let settings = place.yaml(yaml).environment(variables).load().unwrap();
    assert!(settings.enabled(), "an empty variable is not set");
    assert_eq!(settings.endpoint(), "/variable");
}

#[test]
fn a_wrong_value_is_told_with_file_and_line() {
    let place = Place::new();
    let error = refused(place.yaml("other: 1\nmetrics:\n  enabled: maybe\n  endpont: /m\n"));
    let message = error.to_string();
    assert!(
        message.contains("metrics.enabled: \"maybe\" in "),
        "{message}"
    );
    assert!(message.contains("tollgate.yaml:3 is neither"), "{message}");
    assert!(
        message.contains(
            "tollgate.yaml:4: \"metrics.endpont\" is not a setting: did you mean metrics.endpoint?"
        ),
        "{message}"
    );
}
