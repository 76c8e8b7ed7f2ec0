//! The targets that have come by.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

/// How many targets are remembered: names that a macro writes are few, but nothing says so.
const MOST: usize = 1_000;

/// The targets that have come by: of each place that logs, once it was reached at a level that is on
/// anywhere.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<BTreeSet<&'static str>>);

impl Seen {
    pub(super) fn note(&self, target: &'static str) {
        let mut targets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if targets.len() < MOST {
            targets.insert(target);
        }
    }

    /// The targets, and the modules and crates that they are in.
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
    fn the_modules_that_a_target_is_in_are_known_with_it() {
        let seen = Seen::default();
        for target in ["shop::cart::price", "shop", "mail"] {
            seen.note(target);
        }
        let names: Vec<_> = seen.names().into_iter().collect();
        assert_eq!(names, ["mail", "shop", "shop::cart", "shop::cart::price"]);
    }

    #[test]
    fn no_more_are_remembered_than_the_most() {
        let seen = Seen::default();
        for number in 0..=MOST {
            seen.note(format!("target{number}").leak());
        }
        assert_eq!(seen.names().len(), MOST);
    }
}
