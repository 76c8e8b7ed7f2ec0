//! Invalid settings are refused with a message that says the fix.

use super::RecorderBuilder;
use crate::{ErrorKind, Matcher, NativeHistogram};

#[track_caller]
fn assert_refused(builder: RecorderBuilder, kind: ErrorKind, message: &str) {
    let error = builder.build().map(drop).unwrap_err();
    assert_eq!((error.kind(), &*error.to_string()), (kind, message));
}

#[test]
fn build_refuses_invalid_settings() {
    let new = RecorderBuilder::new;
    let all = || Matcher::Prefix(String::new());
    assert_refused(
        new().buckets(&[]),
        ErrorKind::Buckets,
        "a list of buckets has no bounds: give at least one",
    );
    assert_refused(
        new().buckets_for(all(), &[f64::NAN]),
        ErrorKind::Buckets,
        "a list of buckets has the bound NaN: give finite numbers",
    );
    assert_refused(
        new().summary_for(all(), &[2.0]),
        ErrorKind::Quantiles,
        "a summary has the quantile 2: give numbers from 0 to 1",
    );
    assert_refused(
        new().native_histogram_for(all(), NativeHistogram::new().schema(9)),
        ErrorKind::NativeHistogram,
        "a native histogram has the schema 9: give one from -4 to 8",
    );
    for reserved in ["", "a-b", "le", "quantile", "__name__"] {
        assert_refused(
            new().global_label(reserved, "x"),
            ErrorKind::GlobalLabel,
            &format!(
                "the global label {reserved:?} is reserved or no valid name: \
                 give one of letters, digits and underscores"
            ),
        );
    }
    assert_refused(
        new().global_label("a", "x").global_label("a", "x"),
        ErrorKind::GlobalLabel,
        "the global label \"a\" is given twice: give it once",
    );
}
