//! What somebody may have meant.

/// How alike two names have to be for one to stand for the other.
const ALIKE: f64 = 0.75;

/// What to say of a name that is not `known`: the one that it resembles, or all there are.
pub(crate) fn suggestion<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<_> = known.into_iter().collect();
    let nearest = known
        .iter()
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .filter(|(alike, _)| *alike >= ALIKE);
    match nearest {
        Some((_, nearest)) => format!("write {nearest:?} if that is meant"),
        None if known.is_empty() => "there are none".to_owned(),
        None => format!("write one of {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::suggestion;

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
}
