//! Where a value comes from.

use std::{fmt, path::Path, sync::Arc};

use super::table::Setting;

/// Where a setting's value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Default,
    File(Line),
    Variable {
        name: String,
        /// The line of the `.env` file that sets it, none where the process has it.
        line: Option<Line>,
    },
    Flag(&'static str),
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) path: Arc<Path>,
    /// Counted from 1.
    pub(crate) number: usize,
}

impl Origin {
    /// By which name who is to change the value finds it; by its variable, what only code has set.
    pub(super) fn name(&self, setting: &Setting) -> String {
        match self {
            Self::Default => setting.variable.to_owned(),
            Self::File(line) => format!("{} in {line}", setting.yaml),
            Self::Variable { name, line: None } => name.clone(),
            Self::Variable {
                name,
                line: Some(line),
            } => format!("{name} in {line}"),
            Self::Flag(name) => format!("--{name}"),
        }
    }

    /// The value as it was given there, for messages.
    pub(super) fn given(&self, value: &str) -> String {
        match self {
            Self::Default => value.to_owned(),
            Self::File(line) => format!("{value} in {line}"),
            Self::Variable { name, line: None } => format!("{name}={value}"),
            Self::Variable {
                name,
                line: Some(line),
            } => format!("{name}={value} in {line}"),
            Self::Flag(name) => format!("--{name}={value}"),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(line) => line.fmt(f),
            Self::Variable { name, line: None } => write!(f, "variable {name}"),
            Self::Variable {
                name,
                line: Some(line),
            } => write!(f, "variable {name} in {line}"),
            Self::Flag(name) => write!(f, "flag --{name}"),
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path.display(), self.number)
    }
}
