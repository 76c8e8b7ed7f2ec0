//! Failures of calls.

use std::{any::Any, error::Error, fmt, io, iter, sync::Arc};

use tower::BoxError;

use crate::labels::WORDS;

/// Failure of a call without a response, as its status label shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CallFailure {
    /// `network_error`: none of the others.
    NetworkError,
    /// `timeout`: a deadline passed.
    Timeout,
    /// `cancelled`: the response is no longer wanted.
    Cancelled,
}

type Cast = fn(&dyn Any) -> Option<&(dyn Error + 'static)>;
type Classify = dyn Fn(&(dyn Error + 'static)) -> Option<CallFailure> + Send + Sync;

/// Classification of errors.
#[derive(Clone)]
pub(super) struct Classifier {
    /// Types of a client's errors, so that an error's sources can be reached.
    casts: Vec<Cast>,
    hooks: Vec<Arc<Classify>>,
}

impl CallFailure {
    pub(super) fn label(self) -> &'static str {
        WORDS[self as usize]
    }
}

impl Default for Classifier {
    fn default() -> Self {
        Self {
            casts: vec![
                |error| Some(error.downcast_ref::<BoxError>()?.as_ref()),
                |error| Some(error.downcast_ref::<Box<dyn Error + Send>>()?.as_ref()),
                |error| Some(error.downcast_ref::<Box<dyn Error>>()?.as_ref()),
                cast::<io::Error>,
                #[cfg(feature = "hyper-util")]
                cast::<hyper_util::client::legacy::Error>,
                #[cfg(feature = "reqwest")]
                cast::<reqwest::Error>,
            ],
            hooks: Vec::new(),
        }
    }
}

impl Classifier {
    /// Adds a hook for errors of one type.
    pub(super) fn add<E: Error + 'static>(
        &mut self,
        classify: impl Fn(&E) -> Option<CallFailure> + Send + Sync + 'static,
    ) {
        self.casts.push(cast::<E>);
        self.hooks
            .push(Arc::new(move |error| classify(error.downcast_ref()?)));
    }

    /// Returns the class of a client's error: that of the first hook that knows the error or one of its
    /// sources, the outermost first.
    pub(super) fn classify(&self, error: &dyn Any) -> CallFailure {
        let error = self.casts.iter().find_map(|cast| cast(error));
        let mut known = iter::successors(error, |&error| inner(error)).filter_map(|error| {
            let mut hooks = self.hooks.iter();
            hooks
                .find_map(|classify| classify(error))
                .or_else(|| is_timeout(error).then_some(CallFailure::Timeout))
        });
        known.next().unwrap_or(CallFailure::NetworkError)
    }
}

impl fmt::Debug for Classifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Classifier")
            .field("hooks", &self.hooks.len())
            .finish_non_exhaustive()
    }
}

fn cast<E: Error + 'static>(error: &dyn Any) -> Option<&(dyn Error + 'static)> {
    Some(error.downcast_ref::<E>()?)
}

/// Returns the next error of a chain. An `io::Error` has the source of the error in it, which its own
/// `source` would skip.
fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let wrapped = error.downcast_ref::<io::Error>();
    let wrapped = wrapped.and_then(|error| Some(error.get_ref()? as _));
    wrapped.or_else(|| error.source())
}

fn is_timeout(error: &(dyn Error + 'static)) -> bool {
    #[cfg(feature = "reqwest")]
    if error
        .downcast_ref::<reqwest::Error>()
        .is_some_and(reqwest::Error::is_timeout)
    {
        return true;
    }
    error.is::<tower::timeout::error::Elapsed>()
        || error.is::<tokio::time::error::Elapsed>()
        || error
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::TimedOut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Wrapped(BoxError);

    impl fmt::Display for Wrapped {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the call failed")
        }
    }

    impl Error for Wrapped {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(self.0.as_ref())
        }
    }

    fn classify(error: impl Error + Send + Sync + 'static) -> CallFailure {
        let boxed: BoxError = Box::new(error);
        Classifier::default().classify(&boxed)
    }

    #[test]
    fn timeout_is_found_in_the_chain() {
        let timed_out = || io::Error::from(io::ErrorKind::TimedOut);
        assert_eq!(classify(timed_out()), CallFailure::Timeout);
        assert_eq!(classify(Wrapped(timed_out().into())), CallFailure::Timeout);
        let elapsed = tower::timeout::error::Elapsed::new();
        assert_eq!(classify(Wrapped(Box::new(elapsed))), CallFailure::Timeout);
        let hidden = io::Error::other(tower::timeout::error::Elapsed::new());
        assert_eq!(classify(hidden), CallFailure::Timeout);
    }

    #[test]
    fn unknown_error_is_a_network_error() {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(classify(refused), CallFailure::NetworkError);
        let unknown = Classifier::default().classify(&"no error type at all");
        assert_eq!(unknown, CallFailure::NetworkError);
    }

    #[test]
    fn hook_sees_its_type_anywhere_in_the_chain() {
        let mut classifier = Classifier::default();
        classifier.add(|error: &io::Error| {
            (error.kind() == io::ErrorKind::Interrupted).then_some(CallFailure::Cancelled)
        });
        classifier.add(|_: &Wrapped| None);
        let of = |kind| classifier.classify(&Wrapped(io::Error::from(kind).into()));

        assert_eq!(of(io::ErrorKind::Interrupted), CallFailure::Cancelled);
        assert_eq!(of(io::ErrorKind::TimedOut), CallFailure::Timeout);
        assert_eq!(of(io::ErrorKind::NotFound), CallFailure::NetworkError);
    }
}
