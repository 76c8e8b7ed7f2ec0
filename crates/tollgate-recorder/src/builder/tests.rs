//! Invalid settings, and what their errors advise.

use super::RecorderBuilder;
use crate::Matcher;

#[track_caller]
fn assert_refused(builder: RecorderBuilder, message: &str) {
    let error = builder.build().map(drop).unwrap_err();
    assert_eq!(error.to_string(), message);
    assert!(!error.is_other_recorder());
}

#[test]
fn invalid_settings_are_refused_by_build() {
    let new = RecorderBuilder::new;
    let all = || Matcher::Prefix(String::new());
    assert_refused(
        new().buckets(&[]),
        "a list of buckets has no bounds: give at least one",
    );
    assert_refused(
        new().seconds_buckets(&[1.0, 1.0]),
        "a list of buckets has 1 before 1: give each bound once, the lowest first",
    );
    assert_refused(
        new().buckets_for(all(), &[f64::NAN]),
        "a list of buckets has the bound NaN: give finite numbers",
    );
    assert_refused(
        new().summary_for(all(), &[2.0]),
        "a summary has the quantile 2: give numbers from 0 to 1",
    );
    assert_refused(
        new().native_histogram_for(all(), 9, 160),
        "a native histogram has the schema 9: give one from -4 to 8",
    );
    for reserved in ["", "a-b", "le", "quantile", "__name__"] {
        assert_refused(
            new().constant_label(reserved, "x"),
            &format!(
                "the constant label {reserved:?} is reserved or no valid name: \
                 give one of letters, digits and underscores"
            ),
        );
    }
    assert_refused(
        new().constant_label("a", "x").constant_label("a", "x"),
        "the constant label \"a\" is given twice: give it once",
    );
}
