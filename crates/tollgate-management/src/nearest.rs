//! What somebody may have meant.

/// How alike two names have to be for one to stand for the other.
const ALIKE: f64 = 0.75;

/// How long a name may be that a caller brings: comparing takes its length times that of each name.
pub(crate) const LONGEST: usize = 256;

/// What to say of a name that is not `known`: the one that it resembles, or all there are.
pub(crate) fn suggestion<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<_> = known.into_iter().collect();
    match nearest(name, known.iter().copied(), 1)[..] {
        [nearest] => format!("write {nearest:?} if that is meant"),
        _ if known.is_empty() => "there are none".to_owned(),
        _ => format!("write one of {}", known.join(", ")),
    }
}

/// The names that a name resembles, the one that it resembles most first, at most `limit`.
pub(crate) fn nearest<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
    limit: usize,
) -> Vec<&'a str> {
    let mut alike: Vec<_> = known
        .into_iter()
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .filter(|(alike, _)| *alike >= ALIKE)
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
    fn a_slip_of_the_pen_is_mended() {
        let mended = suggestion("helth", ["env", "health", "info"]);
        assert_eq!(mended, r#"write "health" if that is meant"#);
    }

    #[test]
    fn what_resembles_nothing_gets_the_whole_list() {
        let list = suggestion("xyz", ["env", "health"]);
        assert_eq!(list, "write one of env, health");
        assert_eq!(suggestion("xyz", []), "there are none");
    }
    #[test]
    fn the_nearest_come_first_and_no_more_than_asked_for() {
        let known = ["requests_b", "requests_total", "up", "requests_a"];
        let alike = nearest("requests_totl", known, 2);
        assert_eq!(alike, ["requests_total", "requests_b"]);
        assert!(nearest("xyz", known, 2).is_empty());
    }
}
