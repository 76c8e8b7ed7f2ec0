//! What a statement does: a closed set.

/// What a statement does, as the label `operation` tells it.
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
    /// Several statements in one text that do different things.
    Batch,
    /// What none of the others is, and what does not parse.
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

    /// Whether the rows that it affects are changes of one table.
    pub(crate) fn changes_rows(self) -> bool {
        matches!(self, Self::Insert | Self::Update | Self::Delete)
    }
}
