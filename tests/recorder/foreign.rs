//! Installation next to another global recorder.

use metrics::NoopRecorder;
use tollgate_recorder::RecorderBuilder;

#[test]
fn install_does_not_replace_another_recorder() {
    metrics::set_global_recorder(NoopRecorder).unwrap();
    for _ in 0..2 {
        let error = RecorderBuilder::new().install().unwrap_err();
        assert!(error.is_other_recorder());
        assert_eq!(
            error.to_string(),
            "another recorder is installed already: install this one before it, or only one of them",
        );
    }
}
