//! Bucket bounds that travel with a registration.

use std::cell::Cell;

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
    struct Restore(Option<&'static [f64]>);

    impl Drop for Restore {
        fn drop(&mut self) {
            SUGGESTED.set(self.0);
        }
    }

    let _restore = Restore(SUGGESTED.replace(bounds));
    register()
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
