//! Default bucket bounds, and bounds that travel with a registration.

use std::cell::Cell;

use crate::scoped::during;

/// Default upper bounds of buckets in seconds: those of OpenTelemetry's HTTP conventions.
pub const SECONDS_BUCKETS: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

/// Default upper bounds of buckets in bytes: powers of four from 64 B to 64 MiB.
pub const BYTES_BUCKETS: [f64; 11] = {
    let mut bounds = [64.0; 11];
    let mut next = 1;
    while next < bounds.len() {
        bounds[next] = bounds[next - 1] * 4.0;
        next += 1;
    }
    bounds
};

thread_local! {
    static SUGGESTED: Cell<Option<&'static [f64]>> = const { Cell::new(None) };
}

/// Returns the bucket bounds that suit the histogram which this thread registers right now.
///
/// [`Families`](crate::Families) sets them while it calls
/// [`register_histogram`](metrics::Recorder::register_histogram): the facade has no place for them.
/// A recorder uses them where no setting says otherwise. They pass through recorders that wrap
/// another one.
pub fn suggested_bounds() -> Option<&'static [f64]> {
    SUGGESTED.get()
}

/// Runs `register` while `bounds` are the suggested ones.
pub(crate) fn suggest<T>(bounds: Option<&'static [f64]>, register: impl FnOnce() -> T) -> T {
    during(&SUGGESTED, bounds, register)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_suggested_during_the_registration_only() {
        assert_eq!(suggested_bounds(), None);
        suggest(Some(&[1.0]), || {
            assert_eq!(suggested_bounds(), Some(&[1.0][..]));
            suggest(None, || assert_eq!(suggested_bounds(), None));
            assert_eq!(suggested_bounds(), Some(&[1.0][..]));
        });
        assert_eq!(suggested_bounds(), None);
    }
}
