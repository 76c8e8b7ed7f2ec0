//! Targets that have logged.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

/// Maximum number of targets. Literals of macros are few, but nothing limits them.
const MAX_TARGETS: usize = 1_000;

/// Targets of places that logged at a level that is on for any target.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<BTreeSet<&'static str>>);

impl Seen {
    pub(super) fn note(&self, target: &'static str) {
        let mut targets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if targets.len() < MAX_TARGETS {
            targets.insert(target);
        }
    }

    /// Returns the targets with their modules and crates.
    pub(super) fn names(&self) -> BTreeSet<String> {
        let targets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let with_parents = targets.iter().flat_map(|target| {
            let parents = target.match_indices("::").map(|(end, _)| &target[..end]);
            parents.chain([*target])
        });
        with_parents.map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_of_a_target_are_known() {
        let seen = Seen::default();
        for target in ["shop::cart::price", "shop", "mail"] {
            seen.note(target);
        }
        let names: Vec<_> = seen.names().into_iter().collect();
        assert_eq!(names, ["mail", "shop", "shop::cart", "shop::cart::price"]);
    }

    #[test]
    fn targets_beyond_the_maximum_are_ignored() {
        let seen = Seen::default();
        for number in 0..=MAX_TARGETS {
            seen.note(format!("target{number}").leak());
        }
        assert_eq!(seen.names().len(), MAX_TARGETS);
    }
}
