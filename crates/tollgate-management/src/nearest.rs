//! Suggestions for unknown names.

/// Minimum similarity of a suggestion.
const MIN_SIMILARITY: f64 = 0.75;

/// Maximum length of a caller's name: a comparison takes time in proportion to the product of both
/// lengths.
pub(crate) const LONGEST: usize = 256;

/// Returns advice on a name that is not `known`: the most similar one, or all of them.
pub(crate) fn suggestion<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<_> = known.into_iter().collect();
    match nearest(name, known.iter().copied(), 1)[..] {
        [nearest] => format!("write {nearest:?} if that is meant"),
        _ if known.is_empty() => "there are none".to_owned(),
        _ => format!("write one of {}", known.join(", ")),
    }
}

/// Returns at most `limit` similar names, the most similar first.
pub(crate) fn nearest<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
    limit: usize,
) -> Vec<&'a str> {
    let mut alike: Vec<_> = known
        .into_iter()
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .filter(|(alike, _)| *alike >= MIN_SIMILARITY)
        .collect();
    alike.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    alike
        .into_iter()
        .take(limit)
        .map(|(_, known)| known)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{nearest, suggestion};

    #[test]
    fn typing_error_gets_the_nearest_name() {
        let advice = suggestion("helth", ["env", "health", "info"]);
        assert_eq!(advice, r#"write "health" if that is meant"#);
    }

    #[test]
    fn name_without_similar_ones_gets_the_whole_list() {
        let list = suggestion("xyz", ["env", "health"]);
        assert_eq!(list, "write one of env, health");
        assert_eq!(suggestion("xyz", []), "there are none");
    }

    #[test]
    fn nearest_names_come_first_up_to_the_limit() {
        let known = ["requests_b", "requests_total", "up", "requests_a"];
        let alike = nearest("requests_totl", known, 2);
        assert_eq!(alike, ["requests_total", "requests_b"]);
        assert!(nearest("xyz", known, 2).is_empty());
    }
}
