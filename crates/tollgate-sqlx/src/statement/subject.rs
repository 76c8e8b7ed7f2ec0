//! The subject of a statement: its operation, and the first table that it names.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sqlparser::{
    ast::{
        CopySource, Cte, FromTable, Ident, ObjectName, ObjectNamePart, ObjectType, Query, SetExpr,
        Statement, TableFactor, TableObject, TableWithJoins,
    },
    dialect::Dialect,
    keywords::Keyword,
    parser::Parser,
    tokenizer::{Token, Tokenizer},
};

/// Maximum number of bytes of a text that is parsed.
pub(super) const MAX_BYTES: usize = 64 * 1024;

/// Maximum number of words and operators of a text that is parsed.
///
/// The parser turns a chain of operators into a tree of the same depth. Freeing it takes stack, which
/// only parsing grows.
pub(super) const MAX_LINKS: usize = 1_000;

/// Maximum number of bytes of a name. Databases cut or refuse longer ones.
const MAX_NAME_BYTES: usize = 128;

/// Maximum number of nested queries, including common table expressions that use others.
const MAX_DEPTH: usize = 100;

/// Keywords that a statement about a transaction starts with.
const TRANSACTION: [Keyword; 7] = [
    Keyword::BEGIN,
    Keyword::START,
    Keyword::COMMIT,
    Keyword::END,
    Keyword::ROLLBACK,
    Keyword::SAVEPOINT,
    Keyword::RELEASE,
];

/// Label of the table of statements without one.
pub(crate) const NO_TABLE: &str = "none";

/// Label of the table of statements on several tables.
pub(crate) const SEVERAL_TABLES: &str = "multiple";

/// Label of the table of texts that do not parse, and of names that may be values.
pub(crate) const OTHER_TABLE: &str = "other";

/// Operation and table of a text of SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subject {
    /// Value of the label `operation`: `batch` for several in one text, `other` for one without a name
    /// of its own and for texts that do not parse.
    pub(crate) operation: &'static str,
    pub(crate) table: String,
}

impl Subject {
    /// Parses a text of one or more statements.
    pub(crate) fn parse(dialect: &dyn Dialect, sql: &str) -> Self {
        // A panic of the parser must not end the query: only the database may refuse it.
        let parsed = catch_unwind(AssertUnwindSafe(|| subjects(dialect, sql)));
        let mut subjects = parsed.ok().flatten().unwrap_or_default().into_iter();
        let Some(mut subject) = subjects.next() else {
            return Self::of_unparsed(sql);
        };
        for next in subjects {
            if next.operation != subject.operation {
                subject.operation = "batch";
            }
            if next.table != subject.table {
                SEVERAL_TABLES.clone_into(&mut subject.table);
            }
        }
        subject
    }

    /// Recognizes pragmas: the parser knows only a few of their values.
    fn of_unparsed(sql: &str) -> Self {
        let (operation, table) = match sql.split_ascii_whitespace().next() {
            Some(word) if word.eq_ignore_ascii_case("pragma") => ("pragma", NO_TABLE),
            _ => ("other", OTHER_TABLE),
        };
        Self {
            operation,
            table: table.to_owned(),
        }
    }
}

/// Returns the subject of each statement, or `None` if one does not parse.
fn subjects(dialect: &dyn Dialect, sql: &str) -> Option<Vec<Subject>> {
    if sql.len() > MAX_BYTES {
        return None;
    }
    let tokens = Tokenizer::new(dialect, sql).tokenize_with_location().ok()?;
    let links = tokens.iter().filter(|token| is_link(&token.token));
    if links.count() > MAX_LINKS {
        return None;
    }
    let mut parser = Parser::new(dialect).with_tokens_with_locations(tokens);
    let mut subjects = Vec::new();
    let mut is_separated = true;
    loop {
        while parser.consume_token(&Token::SemiColon) {
            is_separated = true;
        }
        let first = match parser.peek_token().token {
            Token::EOF => return Some(subjects),
            Token::Word(word) => word.keyword,
            _ => Keyword::NoKeyword,
        };
        let statement = parser.parse_statement().ok().filter(|_| is_separated)?;
        subjects.push(Subject {
            operation: operation(&statement, first),
            table: table(&statement).unwrap_or_else(|| NO_TABLE.to_owned()),
        });
        is_separated = false;
    }
}

/// Returns whether a token can make an expression deeper, and not only longer.
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

/// Returns the operation of a statement that starts with this keyword.
fn operation(statement: &Statement, first: Keyword) -> &'static str {
    let change = match statement {
        Statement::Query(query) => match query.body.as_ref() {
            SetExpr::Insert(change)
            | SetExpr::Update(change)
            | SetExpr::Delete(change)
            | SetExpr::Merge(change) => change,
            _ => return "select",
        },
        statement => statement,
    };
    match (change, first) {
        (Statement::Insert(_), _) => "insert",
        (Statement::Update(_), _) => "update",
        (Statement::Delete(_), _) => "delete",
        (Statement::Merge(_), _) => "merge",
        (_, Keyword::EXPLAIN | Keyword::DESCRIBE | Keyword::DESC) => "explain",
        (_, Keyword::CREATE) => "create",
        (_, Keyword::ALTER) => "alter",
        (_, Keyword::DROP) => "drop",
        (_, Keyword::TRUNCATE) => "truncate",
        (_, Keyword::COPY) => "copy",
        (_, Keyword::PRAGMA) => "pragma",
        (_, first) if TRANSACTION.contains(&first) => "transaction",
        _ => "other",
    }
}

/// Returns the first table of a statement.
fn table(statement: &Statement) -> Option<String> {
    let scope = Scope::default();
    Some(match statement {
        Statement::Query(query) => return of_query(query, scope),
        Statement::Insert(insert) => match &insert.table {
            TableObject::TableName(name) => of_name(name),
            _ => OTHER_TABLE.to_owned(),
        },
        Statement::Update(update) => return of_joins(&update.table, scope),
        Statement::Delete(delete) => {
            let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
            let named = delete.tables.first().map(of_name);
            return named.or_else(|| of_joins(from.first()?, scope));
        }
        Statement::Merge(merge) => return of_factor(&merge.table, scope),
        Statement::Explain { statement, .. } => return table(statement),
        Statement::ExplainTable { table_name, .. } => of_name(table_name),
        Statement::CreateTable(create) => of_name(&create.name),
        Statement::CreateIndex(create) => of_name(&create.table_name),
        Statement::CreateTrigger(create) => of_name(&create.table_name),
        Statement::CreateVirtualTable { name, .. } => of_name(name),
        Statement::AlterTable(alter) => of_name(&alter.name),
        Statement::Drop {
            object_type: ObjectType::Table,
            names,
            ..
        } => of_names(names.iter()),
        Statement::Truncate(truncate) => {
            of_names(truncate.table_names.iter().map(|table| &table.name))
        }
        Statement::Copy { source, .. } => match source {
            CopySource::Table { table_name, .. } => of_name(table_name),
            CopySource::Query(query) => return of_query(query, scope),
        },
        _ => return None,
    })
}

/// Common table expressions that a name can mean instead of a table.
#[derive(Debug, Clone, Copy, Default)]
struct Scope<'a> {
    own: &'a [Cte],
    outer: Option<&'a Scope<'a>>,
    depth: usize,
}

impl<'a> Scope<'a> {
    /// Returns the expression of a name, and the scope inside it: the expressions before it.
    fn find(&self, name: &ObjectName) -> Option<(&'a Cte, Scope<'a>)> {
        let [ObjectNamePart::Identifier(name)] = name.0.as_slice() else {
            return None;
        };
        let name = fold(name);
        let mut scope = *self;
        loop {
            let own = scope.own;
            if let Some(index) = own.iter().rposition(|cte| fold(&cte.alias.name) == name) {
                scope.own = &own[..index];
                scope.depth = self.depth;
                return Some((&own[index], scope));
            }
            scope = *scope.outer?;
        }
    }

    fn enter<'b>(&'b self, query: &'b Query) -> Option<Scope<'b>> {
        (self.depth < MAX_DEPTH).then(|| Scope {
            own: query.with.as_ref().map_or(&[], |with| &with.cte_tables),
            outer: Some(self),
            depth: self.depth + 1,
        })
    }
}

/// Returns the first table of a query.
fn of_query(query: &Query, scope: Scope<'_>) -> Option<String> {
    let scope = scope.enter(query)?;
    of_body(&query.body, scope)
}

fn of_body(mut body: &SetExpr, scope: Scope<'_>) -> Option<String> {
    // A chain of unions leans to the left.
    while let SetExpr::SetOperation { left, .. } = body {
        body = left;
    }
    match body {
        SetExpr::Select(select) => select.from.iter().find_map(|from| of_joins(from, scope)),
        SetExpr::Query(query) => of_query(query, scope),
        SetExpr::Table(table) => {
            let name = table.table_name.as_deref()?;
            Some(of_name(&ObjectName::from(Ident::new(name))))
        }
        SetExpr::Insert(change)
        | SetExpr::Update(change)
        | SetExpr::Delete(change)
        | SetExpr::Merge(change) => table(change),
        SetExpr::SetOperation { .. } | SetExpr::Values(_) => None,
    }
}

/// Returns the first table of a join.
fn of_joins(joined: &TableWithJoins, scope: Scope<'_>) -> Option<String> {
    let joins = joined.joins.iter().map(|join| &join.relation);
    std::iter::once(&joined.relation)
        .chain(joins)
        .find_map(|factor| of_factor(factor, scope))
}

/// Returns the table that a part of a join is, or the first inside it.
fn of_factor(factor: &TableFactor, scope: Scope<'_>) -> Option<String> {
    match factor {
        TableFactor::Table {
            name, args: None, ..
        } => match scope.find(name) {
            Some((cte, scope)) => of_query(&cte.query, scope),
            None => Some(of_name(name)),
        },
        TableFactor::Derived { subquery, .. } => of_query(subquery, scope),
        TableFactor::NestedJoin {
            table_with_joins, ..
        } => of_joins(table_with_joins, scope),
        _ => None,
    }
}

/// Returns the label of the tables with these names.
fn of_names<'a>(mut names: impl ExactSizeIterator<Item = &'a ObjectName>) -> String {
    match (names.next(), names.len()) {
        (Some(name), 0) => of_name(name),
        _ => SEVERAL_TABLES.to_owned(),
    }
}

/// Returns a table's name as a label: with its schema, unless that is the default one.
fn of_name(name: &ObjectName) -> String {
    let mut label = String::new();
    for (index, part) in name.0.iter().enumerate() {
        let ObjectNamePart::Identifier(ident) = part else {
            return OTHER_TABLE.to_owned();
        };
        // A string in the place of a name may be a value.
        if ident.quote_style == Some('\'') {
            return OTHER_TABLE.to_owned();
        }
        let folded = fold(ident);
        if index + 1 < name.0.len() && (folded == "public" || folded == "main") {
            continue;
        }
        if !label.is_empty() {
            label.push('.');
        }
        label.push_str(&folded);
    }
    if label.is_empty() || label.len() > MAX_NAME_BYTES {
        return OTHER_TABLE.to_owned();
    }
    label
}

/// Returns a name as most databases see it: without regard to case, unless quoted.
fn fold(ident: &Ident) -> String {
    match ident.quote_style {
        None => ident.value.to_lowercase(),
        Some(_) => ident.value.clone(),
    }
}
