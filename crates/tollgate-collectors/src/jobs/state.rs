//! Outcomes of jobs.

/// Outcome of a job: a value of the label `state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JobState {
    /// `success`: it did its work.
    Success,
    /// `warning`: it did its work, with something to look at.
    Warning,
    /// `failed`: it could not do its work.
    Failed,
    /// `killed`: it was ended on purpose.
    Killed,
    /// `cancelled`: it was dropped before its end.
    Cancelled,
    /// `panicked`: it panicked.
    Panicked,
}

impl JobState {
    pub(crate) const COUNT: usize = Self::Panicked as usize + 1;

    /// Returns the value of the label.
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

/// Function from the output of a job to its outcome.
///
/// It is implemented for every function from `&T` to [`JobState`].
pub trait StateOf<T> {
    /// Returns the outcome of a job with this output.
    fn state_of(&self, output: &T) -> JobState;
}

impl<T, F: Fn(&T) -> JobState> StateOf<T> for F {
    fn state_of(&self, output: &T) -> JobState {
        self(output)
    }
}

/// Outcome of a `Result`: `Ok` is [`JobState::Success`], `Err` is [`JobState::Failed`].
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
