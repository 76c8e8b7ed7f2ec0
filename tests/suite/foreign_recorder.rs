//! A suite beside a recorder that somebody else installed.

use metrics::{NoopRecorder, set_global_recorder};
use tollgate::Tollgate;

#[test]
fn other_recorder_is_an_error_with_the_fix() {
    set_global_recorder(NoopRecorder).unwrap();

    // The second attempt fails as the first one does.
    for _ in 0..2 {
        let error = Tollgate::builder().enabled(true).build().unwrap_err();
        assert!(error.is_recorder(), "{error}");
        let message = error.to_string();
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(message.contains("install the suite before"), "{message}");
    }
    assert!(Tollgate::builder().enabled(false).build().is_ok());
}
