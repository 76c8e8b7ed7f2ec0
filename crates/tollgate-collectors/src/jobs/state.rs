//! How jobs end.

/// How a job ended: the values of the label `state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JobState {
    /// `success`: it did what it was to do.
    Success,
    /// `warning`: it did it, and there is something to look at.
    Warning,
    /// `failed`: it could not.
    Failed,
    /// `killed`: somebody ended it on purpose.
    Killed,
    /// `cancelled`: it was dropped before its end.
    Cancelled,
    /// `panicked`: it panicked.
    Panicked,
}

impl JobState {
    pub(crate) const COUNT: usize = Self::Panicked as usize + 1;

    /// The label's value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Killed => "killed",
            Self::Cancelled => "cancelled",
            Self::Panicked => "panicked",
        }
    }
}

/// Tells from what a job has returned how it ended.
///
/// Implemented for every function from `&T` to [`JobState`].
pub trait StateOf<T> {
    /// How a job that returned this has ended.
    fn state_of(&self, output: &T) -> JobState;
}

impl<T, F: Fn(&T) -> JobState> StateOf<T> for F {
    fn state_of(&self, output: &T) -> JobState {
        self(output)
    }
}

/// `Ok` is [`JobState::Success`], `Err` is [`JobState::Failed`].
#[derive(Debug, Clone, Copy, Default)]
pub struct ResultState;

impl<T, E> StateOf<Result<T, E>> for ResultState {
    fn state_of(&self, output: &Result<T, E>) -> JobState {
        match output {
            Ok(_) => JobState::Success,
            Err(_) => JobState::Failed,
        }
    }
}
