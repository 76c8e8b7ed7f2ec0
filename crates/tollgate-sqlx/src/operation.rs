//! Operations of statements: a closed set.

/// Operation of a statement, as the label `operation` shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Operation {
    Select,
    Insert,
    Update,
    Delete,
    Merge,
    Copy,
    Truncate,
    Create,
    Alter,
    Drop,
    Explain,
    Pragma,
    Transaction,
    /// Several statements with different operations in one text.
    Batch,
    /// Any other operation, and texts that do not parse.
    Other,
}

impl Operation {
    pub(crate) const COUNT: usize = Self::Other as usize + 1;

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Merge => "merge",
            Self::Copy => "copy",
            Self::Truncate => "truncate",
            Self::Create => "create",
            Self::Alter => "alter",
            Self::Drop => "drop",
            Self::Explain => "explain",
            Self::Pragma => "pragma",
            Self::Transaction => "transaction",
            Self::Batch => "batch",
            Self::Other => "other",
        }
    }

    /// Returns whether the rows that it affects are changes of one table.
    pub(crate) fn changes_rows(self) -> bool {
        matches!(self, Self::Insert | Self::Update | Self::Delete)
    }
}
