//! Variables in values of the file: `${VARIABLE}`, and `${VARIABLE:-default}` for one that is unset
//! or empty. `$${` stands for `${`.
//!
//! Own code: the crates for it expand `$VARIABLE` too, and a key may hold a `$`.

use tollgate_families::check::metric_name;

/// Expands a value. `lookup` returns none for a variable that is not set.
///
/// The error is the end of a message that begins with the value. It shows nothing of the value but
/// the name of a variable.
pub(super) fn expand(
    value: &str,
    mut lookup: impl FnMut(&str) -> Option<String>,
) -> Result<String, String> {
    let mut rest = value;
    let mut expanded = String::new();
    while let Some((before, after)) = rest.split_once("${") {
        if let Some(before) = before.strip_suffix('$') {
            expanded.push_str(before);
            expanded.push_str("${");
            rest = after;
            continue;
        }
        expanded.push_str(before);
        let Some((inside, after)) = after.split_once('}') else {
            return Err(" has a ${ without its }: close it, or write $${ for the text".to_owned());
        };
        let (name, default) = match inside.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inside, None),
        };
        // Names of variables and of metrics have one form.
        if name.contains(':') || metric_name(name).is_err() {
            return Err(
                " has a ${…} without the name of a variable: use letters, digits and _, \
                        and :- before a default"
                    .to_owned(),
            );
        }
        if default.is_some_and(|default| default.contains("${")) {
            return Err(format!(
                " has a ${{…}} in the default of {name}: write the default out"
            ));
        }
        match lookup(name).filter(|value| !value.is_empty()) {
            Some(value) => expanded.push_str(&value),
            None => expanded.push_str(default.ok_or_else(|| {
                format!(
                    " needs the variable {name}, which is not set: set it, or write \
                     ${{{name}:-…}} with a default"
                )
            })?),
        }
        rest = after;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(value: &str) -> Result<String, String> {
        let lookup = |name: &str| match name {
            "SET" => Some("it: ${SET} }".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        expand(value, lookup)
    }

    #[test]
    fn variables_and_defaults_are_expanded_once() {
        for (value, expected) in [
            ("", ""),
            ("plain $SET $ {} }", "plain $SET $ {} }"),
            ("${SET}", "it: ${SET} }"),
            ("<${SET:-no}>", "<it: ${SET} }>"),
            ("${UNSET:-/a:-b}${EMPTY:-c}", "/a:-bc"),
            ("${UNSET:-}", ""),
            ("a$${SET}b$$c", "a${SET}b$$c"),
        ] {
            assert_eq!(expanded(value).unwrap(), expected, "{value}");
        }
    }

    #[test]
    fn error_of_an_expansion_does_not_show_the_value() {
        for (value, part) in [
            ("secret${UNSET}", "variable UNSET, which is not set"),
            ("secret${EMPTY}", "variable EMPTY, which is not set"),
            ("secret${SET", "without its }"),
            ("${secret secret}", "without the name"),
            ("${}secret", "without the name"),
            ("${1secret}", "without the name"),
            ("secret${SET:-${UNSET:-a}}", "in the default of SET"),
        ] {
            let problem = expanded(value).unwrap_err();
            assert!(problem.contains(part), "{problem}");
            assert!(!problem.contains("secret"), "{problem}");
        }
    }
}
