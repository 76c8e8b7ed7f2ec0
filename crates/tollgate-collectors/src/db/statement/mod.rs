//! What a statement does, and to which table.

mod table;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use sqlparser::{
    ast::{CopySource, FromTable, ObjectType, SetExpr, Statement, TableObject},
    dialect::Dialect,
    keywords::Keyword,
    parser::Parser,
    tokenizer::{Token, Tokenizer},
};

use self::table::{Scope, of_factor, of_joins, of_name, of_query};
use crate::db::operation::Operation;

/// How long a text can be and still be parsed.
pub(crate) const MAX_BYTES: usize = 64 * 1024;

/// How many words and operators a text can have and still be parsed. The parser makes a chain of
/// operators into a tree that is as deep, and freeing that takes stack, which only parsing grows.
const MAX_LINKS: usize = 1_000;

/// The table of a statement that has none.
pub(crate) const NO_TABLE: &str = "none";

/// The table of statements on several tables.
pub(crate) const SEVERAL_TABLES: &str = "multiple";

/// The table of what does not parse, and of names that are none.
pub(crate) const OTHER_TABLE: &str = "other";

/// What a text of SQL does, and to which table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subject {
    pub(crate) operation: Operation,
    pub(crate) table: String,
}

impl Subject {
    /// Parses a text of one or more statements.
    pub(crate) fn parse(dialect: &dyn Dialect, sql: &str) -> Self {
        // The parser is not ours: what it chokes on is the database's to refuse, not ours.
        let parsed = catch_unwind(AssertUnwindSafe(|| statements(dialect, sql)));
        let statements = parsed.ok().flatten().unwrap_or_default();
        let mut subjects = statements.iter().map(of_statement);
        let Some(mut subject) = subjects.next() else {
            return Self::of_unparsed(sql);
        };
        for next in subjects {
            if next.operation != subject.operation {
                subject.operation = Operation::Batch;
            }
            if next.table != subject.table {
                SEVERAL_TABLES.clone_into(&mut subject.table);
            }
        }
        subject
    }

    /// The parser knows but a few of the values that a pragma can have.
    fn of_unparsed(sql: &str) -> Self {
        let first = sql.split_ascii_whitespace().next();
        if first.is_some_and(|word| word.eq_ignore_ascii_case("pragma")) {
            Self::new(Operation::Pragma, NO_TABLE)
        } else {
            Self::new(Operation::Other, OTHER_TABLE)
        }
    }

    fn new(operation: Operation, table: impl Into<String>) -> Self {
        Self {
            operation,
            table: table.into(),
        }
    }
}

fn statements(dialect: &dyn Dialect, sql: &str) -> Option<Vec<Statement>> {
    if sql.len() > MAX_BYTES {
        return None;
    }
    let tokens = Tokenizer::new(dialect, sql).tokenize_with_location().ok()?;
    let links = tokens.iter().filter(|token| is_link(&token.token));
    if links.count() > MAX_LINKS {
        return None;
    }
    Parser::new(dialect)
        .with_tokens_with_locations(tokens)
        .parse_statements()
        .ok()
}

/// Whether a token can make an expression deeper, and not only longer.
fn is_link(token: &Token) -> bool {
    match token {
        Token::Word(word) => word.keyword != Keyword::NULL && word.keyword != Keyword::DEFAULT,
        Token::Whitespace(_)
        | Token::Comma
        | Token::LParen
        | Token::RParen
        | Token::SemiColon
        | Token::Placeholder(_)
        | Token::Number(..)
        | Token::SingleQuotedString(_) => false,
        _ => true,
    }
}

fn of_statement(statement: &Statement) -> Subject {
    let scope = Scope::default();
    let none = || NO_TABLE.to_owned();
    let (operation, table) = match statement {
        Statement::Query(query) => return of_selection(query, scope),
        Statement::Insert(insert) => {
            let table = match &insert.table {
                TableObject::TableName(name) => of_name(name),
                _ => OTHER_TABLE.to_owned(),
            };
            (Operation::Insert, table)
        }
        Statement::Update(update) => (
            Operation::Update,
            of_joins(&update.table, scope).unwrap_or_else(none),
        ),
        Statement::Delete(delete) => {
            let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
            let named = delete.tables.first().map(of_name);
            let table = named.or_else(|| of_joins(from.first()?, scope));
            (Operation::Delete, table.unwrap_or_else(none))
        }
        Statement::Merge(merge) => (
            Operation::Merge,
            of_factor(&merge.table, scope).unwrap_or_else(none),
        ),
        Statement::Explain { statement, .. } => (Operation::Explain, of_statement(statement).table),
        Statement::ExplainTable { table_name, .. } => (Operation::Explain, of_name(table_name)),
        Statement::CreateTable(create) => (Operation::Create, of_name(&create.name)),
        Statement::CreateIndex(create) => (Operation::Create, of_name(&create.table_name)),
        Statement::CreateTrigger(create) => (Operation::Create, of_name(&create.table_name)),
        Statement::CreateVirtualTable { name, .. } => (Operation::Create, of_name(name)),
        Statement::CreateView(_)
        | Statement::CreateSchema { .. }
        | Statement::CreateDatabase { .. }
        | Statement::CreateExtension(_)
        | Statement::CreateFunction(_)
        | Statement::CreateSequence { .. }
        | Statement::CreateType { .. }
        | Statement::CreateDomain(_)
        | Statement::CreateRole(_)
        | Statement::CreatePolicy(_) => (Operation::Create, none()),
        Statement::AlterTable(alter) => (Operation::Alter, of_name(&alter.name)),
        Statement::AlterIndex { .. }
        | Statement::AlterView { .. }
        | Statement::AlterType(_)
        | Statement::AlterRole { .. }
        | Statement::AlterSchema(_)
        | Statement::AlterPolicy(_) => (Operation::Alter, none()),
        Statement::Drop {
            object_type, names, ..
        } => (
            Operation::Drop,
            match (object_type, names.as_slice()) {
                (ObjectType::Table, [name]) => of_name(name),
                (ObjectType::Table, _) => SEVERAL_TABLES.to_owned(),
                _ => none(),
            },
        ),
        Statement::DropFunction(_)
        | Statement::DropTrigger(_)
        | Statement::DropExtension(_)
        | Statement::DropDomain(_)
        | Statement::DropPolicy(_) => (Operation::Drop, none()),
        Statement::Truncate(truncate) => (
            Operation::Truncate,
            match truncate.table_names.as_slice() {
                [table] => of_name(&table.name),
                _ => SEVERAL_TABLES.to_owned(),
            },
        ),
        Statement::Copy { source, .. } => (
            Operation::Copy,
            match source {
                CopySource::Table { table_name, .. } => of_name(table_name),
                CopySource::Query(query) => of_query(query, scope).unwrap_or_else(none),
            },
        ),
        Statement::Pragma { .. } => (Operation::Pragma, none()),
        Statement::StartTransaction { .. }
        | Statement::Commit { .. }
        | Statement::Rollback { .. }
        | Statement::Savepoint { .. }
        | Statement::ReleaseSavepoint { .. } => (Operation::Transaction, none()),
        _ => (Operation::Other, none()),
    };
    Subject { operation, table }
}

/// A query, which can be a change with common table expressions before it.
fn of_selection(query: &sqlparser::ast::Query, scope: Scope<'_>) -> Subject {
    match query.body.as_ref() {
        SetExpr::Insert(change)
        | SetExpr::Update(change)
        | SetExpr::Delete(change)
        | SetExpr::Merge(change) => of_statement(change),
        _ => Subject::new(
            Operation::Select,
            of_query(query, scope).unwrap_or_else(|| NO_TABLE.to_owned()),
        ),
    }
}
