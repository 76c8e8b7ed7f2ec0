//! Which table a statement is about: the first that it names.

use sqlparser::ast::{
    Cte, Ident, ObjectName, ObjectNamePart, Query, SetExpr, TableFactor, TableWithJoins,
};

use super::OTHER_TABLE;

/// How long a name can be. Databases cut or refuse longer ones.
const MAX_NAME_BYTES: usize = 128;

/// How many queries can be inside each other, common table expressions that use others included.
const MAX_DEPTH: usize = 100;

/// The common table expressions that a name can mean instead of a table.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scope<'a> {
    own: &'a [Cte],
    outer: Option<&'a Scope<'a>>,
    depth: usize,
}

impl<'a> Scope<'a> {
    /// The expression of a name, and what can be seen from inside it: the ones before it.
    fn find(&self, name: &ObjectName) -> Option<(&'a Cte, Scope<'a>)> {
        let [ObjectNamePart::Identifier(name)] = name.0.as_slice() else {
            return None;
        };
        let mut scope = *self;
        loop {
            let own = scope.own;
            if let Some(index) = own.iter().rposition(|cte| is_same(&cte.alias.name, name)) {
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

/// The first table of a query.
pub(super) fn of_query(query: &Query, scope: Scope<'_>) -> Option<String> {
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
        | SetExpr::Merge(change) => Some(super::of_statement(change).table),
        SetExpr::SetOperation { .. } | SetExpr::Values(_) => None,
    }
}

/// The first table of a join.
pub(super) fn of_joins(joined: &TableWithJoins, scope: Scope<'_>) -> Option<String> {
    let joins = joined.joins.iter().map(|join| &join.relation);
    std::iter::once(&joined.relation)
        .chain(joins)
        .find_map(|factor| of_factor(factor, scope))
}

/// The table that a part of a join is, or the first inside it.
pub(super) fn of_factor(factor: &TableFactor, scope: Scope<'_>) -> Option<String> {
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

/// A table's name as a label: with its schema, unless that is the database's own.
pub(super) fn of_name(name: &ObjectName) -> String {
    let mut label = String::new();
    for (index, part) in name.0.iter().enumerate() {
        let ObjectNamePart::Identifier(ident) = part else {
            return OTHER_TABLE.to_owned();
        };
        // A string where a name belongs: it may be a value.
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

fn is_same(one: &Ident, other: &Ident) -> bool {
    fold(one) == fold(other)
}

/// A name as most databases see it: without regard to case, unless quoted.
fn fold(ident: &Ident) -> String {
    match ident.quote_style {
        None => ident.value.to_lowercase(),
        Some(_) => ident.value.clone(),
    }
}
