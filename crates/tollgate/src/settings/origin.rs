//! The origin of a setting's value.

use std::{fmt, path::Path, sync::Arc};

use super::table::Setting;

/// The origin of a setting's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Default,
    Code,
    File(Line),
    /// A variable, with its line of the `.env` file unless the process has it.
    Variable(String, Option<Line>),
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
    /// The name under which an operator finds the value; its variable, where only code sets it.
    pub(crate) fn name(&self, setting: &Setting) -> String {
        self.at(self.bare_name(setting))
    }

    /// The same without a file and its line.
    pub(super) fn bare_name(&self, setting: &Setting) -> String {
        match self {
            Self::Default | Self::Code => setting.variables[0].to_owned(),
            Self::File(_) => setting.yaml.to_owned(),
            Self::Variable(name, _) => name.clone(),
            Self::Flag(name) => format!("--{name}"),
        }
    }

    /// The value as it was given there, for messages.
    pub(super) fn given(&self, value: &str) -> String {
        self.at(match self {
            Self::Variable(name, _) => format!("{name}={value}"),
            Self::Flag(name) => format!("--{name}={value}"),
            _ => value.to_owned(),
        })
    }

    fn at(&self, text: String) -> String {
        match self {
            Self::File(line) | Self::Variable(_, Some(line)) => format!("{text} in {line}"),
            _ => text,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Code => f.write_str("code"),
            Self::File(line) => line.fmt(f),
            Self::Variable(name, _) => f.write_str(&self.at(format!("variable {name}"))),
            Self::Flag(name) => write!(f, "flag --{name}"),
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path.display(), self.number)
    }
}
