use proptest::prelude::*;
use sqlparser::dialect::{Dialect, PostgreSqlDialect, SQLiteDialect};

use super::subject::*;

#[track_caller]
fn check(dialect: &dyn Dialect, sql: &str, operation: &str, table: &str) {
    let subject = Subject::parse(dialect, sql);
    let found = (subject.operation, subject.table.as_str());
    assert_eq!(found, (operation, table), "{sql}");
}

#[track_caller]
fn check_both(sql: &str, operation: &str, table: &str) {
    check(&SQLiteDialect {}, sql, operation, table);
    check(&PostgreSqlDialect {}, sql, operation, table);
}

#[test]
fn statements_have_an_operation_and_a_table() {
    for (sql, operation, table) in [
        ("SELECT * FROM users WHERE id = $1", "select", "users"),
        ("select 1", "select", "none"),
        ("VALUES (1), (2)", "select", "none"),
        ("INSERT INTO users (name) VALUES ($1)", "insert", "users"),
        ("INSERT INTO a SELECT * FROM b", "insert", "a"),
        (
            "INSERT INTO users (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET id = 2 RETURNING id",
            "insert",
            "users",
        ),
        (
            "UPDATE users SET name = $1 WHERE id = $2",
            "update",
            "users",
        ),
        ("DELETE FROM users WHERE id = $1", "delete", "users"),
        (
            "CREATE TABLE users (id INTEGER PRIMARY KEY)",
            "create",
            "users",
        ),
        (
            "CREATE UNIQUE INDEX by_name ON users (name)",
            "create",
            "users",
        ),
        ("CREATE VIEW v AS SELECT * FROM users", "create", "none"),
        ("ALTER TABLE users ADD COLUMN age INTEGER", "alter", "users"),
        ("DROP TABLE users", "drop", "users"),
        ("DROP TABLE IF EXISTS users, orders", "drop", "multiple"),
        ("DROP INDEX by_name", "drop", "none"),
        ("BEGIN", "transaction", "none"),
        ("COMMIT", "transaction", "none"),
        ("ROLLBACK", "transaction", "none"),
        ("SAVEPOINT a", "transaction", "none"),
        ("RELEASE SAVEPOINT a", "transaction", "none"),
        ("EXPLAIN SELECT * FROM users", "explain", "users"),
    ] {
        check_both(sql, operation, table);
    }
}

#[test]
fn statements_of_one_database_are_parsed_in_its_dialect() {
    for (sql, operation, table) in [
        ("SELECT * FROM users WHERE id = ?", "select", "users"),
        (
            "SELECT * FROM users WHERE id = ?1 AND a = :a AND b = @b",
            "select",
            "users",
        ),
        ("SELECT * FROM [users]", "select", "users"),
        ("SELECT * FROM `users`", "select", "users"),
        (
            "INSERT OR REPLACE INTO users (id) VALUES (?)",
            "insert",
            "users",
        ),
        ("REPLACE INTO users (id) VALUES (?)", "insert", "users"),
        ("EXPLAIN QUERY PLAN SELECT * FROM users", "explain", "users"),
        ("PRAGMA foreign_keys = ON", "pragma", "none"),
        ("PRAGMA table_info(users)", "pragma", "none"),
        ("BEGIN IMMEDIATE", "transaction", "none"),
        (
            "CREATE VIRTUAL TABLE search USING fts5(body)",
            "create",
            "search",
        ),
        ("SELECT * FROM main.users", "select", "users"),
    ] {
        check(&SQLiteDialect {}, sql, operation, table);
    }
    for (sql, operation, table) in [
        (
            "SELECT id::text FROM users WHERE id = ANY($1::int[])",
            "select",
            "users",
        ),
        (
            "SELECT * FROM users FOR UPDATE SKIP LOCKED",
            "select",
            "users",
        ),
        ("TRUNCATE users", "truncate", "users"),
        ("TRUNCATE users, orders CASCADE", "truncate", "multiple"),
        (
            "DELETE FROM users USING orders WHERE users.id = orders.by",
            "delete",
            "users",
        ),
        (
            "MERGE INTO users u USING news n ON u.id = n.id WHEN MATCHED THEN DELETE",
            "merge",
            "users",
        ),
        ("COPY users FROM STDIN", "copy", "users"),
        ("SELECT pg_notify('a', $1)", "select", "none"),
        ("SELECT * FROM generate_series(1, 10)", "select", "none"),
        ("SELECT * FROM public.users", "select", "users"),
        (
            "EXPLAIN (ANALYZE, BUFFERS) DELETE FROM users",
            "explain",
            "users",
        ),
        ("SET search_path = 'shop'", "other", "none"),
        ("LISTEN orders", "other", "none"),
    ] {
        check(&PostgreSqlDialect {}, sql, operation, table);
    }
}

#[test]
fn first_of_several_tables_counts() {
    for (sql, table) in [
        (
            "SELECT * FROM orders o JOIN users u ON u.id = o.by",
            "orders",
        ),
        ("SELECT * FROM orders, users", "orders"),
        ("SELECT * FROM (orders JOIN users ON true)", "orders"),
        (
            "SELECT * FROM (SELECT * FROM orders) AS o JOIN users ON true",
            "orders",
        ),
        (
            "SELECT * FROM (VALUES (1)) AS v JOIN users ON true",
            "users",
        ),
        ("SELECT (SELECT count(*) FROM users) FROM orders", "orders"),
        ("SELECT 1 FROM orders UNION SELECT 2 FROM users", "orders"),
        (
            "(SELECT 1 FROM orders) UNION ALL SELECT 2 FROM users",
            "orders",
        ),
        (
            "SELECT * FROM orders WHERE by IN (SELECT id FROM users)",
            "orders",
        ),
    ] {
        check_both(sql, "select", table);
    }
}

#[test]
fn common_table_expressions_lead_to_their_tables() {
    for (sql, operation, table) in [
        (
            "WITH o AS (SELECT * FROM orders) SELECT * FROM o",
            "select",
            "orders",
        ),
        (
            "WITH o AS (SELECT * FROM orders), p AS (SELECT * FROM o) SELECT * FROM p JOIN users ON true",
            "select",
            "orders",
        ),
        (
            "WITH users AS (SELECT * FROM users) SELECT * FROM users",
            "select",
            "users",
        ),
        (
            "WITH RECURSIVE tree AS (SELECT * FROM nodes UNION ALL SELECT n.* FROM nodes n JOIN tree ON true) SELECT * FROM tree",
            "select",
            "nodes",
        ),
        (
            "WITH a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM b",
            "select",
            "b",
        ),
        (
            "WITH o AS (SELECT 1) INSERT INTO users SELECT * FROM o",
            "insert",
            "users",
        ),
        (
            "WITH o AS (SELECT 1) UPDATE users SET a = 1",
            "update",
            "users",
        ),
        ("WITH o AS (SELECT 1) DELETE FROM users", "delete", "users"),
    ] {
        check_both(sql, operation, table);
    }
    let moved = "WITH moved AS (DELETE FROM orders RETURNING *) SELECT * FROM moved";
    check(&PostgreSqlDialect {}, moved, "select", "orders");
}

#[test]
fn names_are_folded_unless_quoted_and_keep_a_schema_of_their_own() {
    for (sql, table) in [
        ("SELECT * FROM Users", "users"),
        ("SELECT * FROM \"Users\"", "Users"),
        ("SELECT * FROM shop.Users", "shop.users"),
        ("SELECT * FROM a.b.c", "a.b.c"),
        ("SELECT * FROM \"a.b\"", "a.b"),
    ] {
        check_both(sql, "select", table);
    }
    let long = format!("SELECT * FROM {}", "a".repeat(MAX_BYTES / 2));
    check_both(&long, "select", "other");
}

#[test]
fn value_is_never_a_table() {
    for sql in [
        "SELECT * FROM 'alice'",
        "DELETE FROM 'alice'",
        "INSERT INTO 'alice' VALUES (1)",
    ] {
        for dialect in [&SQLiteDialect {} as &dyn Dialect, &PostgreSqlDialect {}] {
            assert_eq!(Subject::parse(dialect, sql).table, "other", "{sql}");
        }
    }
}

#[test]
fn several_statements_are_one_subject_if_they_agree() {
    check_both(
        "INSERT INTO a VALUES (1); INSERT INTO a VALUES (2);",
        "insert",
        "a",
    );
    check_both("INSERT INTO a VALUES (1); DELETE FROM a", "batch", "a");
    check_both("SELECT * FROM a; SELECT * FROM b", "select", "multiple");
    check_both("BEGIN; DELETE FROM a; COMMIT", "batch", "multiple");
}

#[test]
fn unparsable_text_is_other() {
    for sql in [
        "",
        ";",
        "-- nothing",
        "SELEC * FROM users",
        "SELECT '",
        "\0",
        "SELECT * FROM",
    ] {
        check_both(sql, "other", "other");
    }
    check_both(
        &format!("SELECT {}", "1,".repeat(MAX_BYTES)),
        "other",
        "other",
    );
}

#[test]
fn deep_text_is_other_and_does_not_overflow_the_stack() {
    let deep =
        |link: &str, end: &str| format!("SELECT {}1{}", link.repeat(20_000), end.repeat(20_000));
    let on_a_small_stack = std::thread::Builder::new().stack_size(1024 * 1024);
    let checked = on_a_small_stack.spawn(move || {
        for sql in [
            deep("1+", ""),
            deep("(", ")"),
            deep("- ", ""),
            deep("", "[1]"),
            deep("", " IS NULL"),
            deep("1 AND ", ""),
            deep("", " UNION SELECT 1"),
        ] {
            check_both(&sql, "other", "other");
        }
        let chain = format!("SELECT 1{} FROM users", "+1".repeat(MAX_LINKS - 10));
        check_both(&chain, "select", "users");
        let unions = format!(
            "SELECT 1 FROM users{}",
            " UNION SELECT 1".repeat(MAX_LINKS / 2 - 10)
        );
        check_both(&unions, "select", "users");
    });
    checked.unwrap().join().unwrap();
}

#[test]
fn long_list_of_values_is_parsed() {
    let rows = vec!["($1, $2, NULL, 'a', 1, DEFAULT)"; 1_500].join(",");
    check_both(
        &format!("INSERT INTO users VALUES {rows}"),
        "insert",
        "users",
    );
    let keys = vec!["$1"; 10_000].join(",");
    check_both(
        &format!("SELECT * FROM users WHERE id IN ({keys})"),
        "select",
        "users",
    );
}

/// Pieces of SQL, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "SELECT",
        "INSERT INTO",
        "UPDATE",
        "DELETE FROM",
        "WITH",
        "RECURSIVE",
        "FROM",
        "JOIN",
        "VALUES",
        "SET",
        "AS",
        "CREATE TABLE",
        "DROP TABLE",
        "ALTER TABLE",
        "PRAGMA",
        "EXPLAIN",
        "COPY",
        "MERGE INTO",
        "TRUNCATE",
        "BEGIN",
        "UNION",
        "WHERE",
        "ON",
        "CASE",
        "WHEN",
        "END",
        "NOT",
        "NULL",
        "*",
        "(",
        ")",
        ",",
        ";",
        ".",
        "=",
        "::",
        "'",
        "''",
        "$1",
        "?",
        "[",
        "]",
        "`",
        "users",
        "a",
        "b",
        "1",
        "1e9",
        "$$",
        "--",
        "/*",
        "*/",
        "E'\\",
        "U&'",
        "\0",
        "é",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #[test]
    fn any_text_gives_labels_of_the_bounded_set(
        sql in prop_oneof![any::<String>(), pieces(), "[ -~]{0,200}"],
    ) {
        for dialect in [&SQLiteDialect {} as &dyn Dialect, &PostgreSqlDialect {}] {
            let subject = Subject::parse(dialect, &sql);
            prop_assert!(!subject.table.is_empty());
            prop_assert!(subject.table.len() <= 128);
            let is_known = subject.operation != "other";
            prop_assert!(is_known || [NO_TABLE, OTHER_TABLE, SEVERAL_TABLES].contains(&subject.table.as_str()));
        }
    }

    #[test]
    fn values_are_in_no_label(value in "[a-z]{12,20}", number in 100_000_000_u64..) {
        for sql in [
            format!("SELECT * FROM users WHERE name = '{value}' AND id = {number}"),
            format!("INSERT INTO users VALUES ('{value}', {number})"),
            format!("UPDATE users SET name = '{value}' WHERE id IN ({number})"),
            format!("DELETE FROM users WHERE name LIKE '%{value}%' LIMIT {number}"),
            format!("SELECT * FROM '{value}'"),
            format!("SELECT * FROM f('{value}', {number})"),
            format!("WITH v AS (VALUES ('{value}')) SELECT * FROM v"),
            format!("/* {value} */ SELECT {number} -- {value}"),
        ] {
            for dialect in [&SQLiteDialect {} as &dyn Dialect, &PostgreSqlDialect {}] {
                let table = Subject::parse(dialect, &sql).table;
                prop_assert!(!table.contains(&value) && !table.contains(&number.to_string()), "{} {}", sql, table);
            }
        }
    }
}
