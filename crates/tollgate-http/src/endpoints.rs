//! The table of endpoints.

use std::sync::atomic::{AtomicUsize, Ordering};

use http::Uri;
use matchit::Router;
use tollgate_families::{AddressHints, Bounded};

/// Entries of the endpoints that a layer has met, up to a maximum; all later ones share one entry.
///
/// A router hands out the same string for the same route, so that the steady state finds an entry by
/// the string's address (decision 0002).
#[derive(Debug)]
pub(crate) struct Endpoints<E> {
    hints: AddressHints<E>,
    /// Slots in `hints` by name; `None` for names beyond twice the maximum. Half of the names may be
    /// those of the overflow, so that finding these is as cheap.
    slots: Bounded<str, Option<u32>>,
    max: usize,
    made: AtomicUsize,
    unmatched: E,
    overflow: E,
    /// Entries of the routes that a pattern covers, if there are patterns.
    patterns: Option<Router<E>>,
}

impl<E: Clone> Endpoints<E> {
    /// Creates a table for at most `max` endpoints besides `unmatched`, `overflow` and those of patterns.
    pub(crate) fn new(max: usize, unmatched: E, overflow: E, patterns: Option<Router<E>>) -> Self {
        Self {
            hints: AddressHints::new(max * 2),
            slots: Bounded::new(max * 2),
            max,
            made: AtomicUsize::new(0),
            unmatched,
            overflow,
            patterns,
        }
    }

    /// Returns the entry of a route. `make` makes that of a new one. Without a route, a pattern may cover
    /// the path.
    #[inline(always)]
    pub(crate) fn find(&self, route: Option<&str>, uri: &Uri, make: impl FnOnce(&str) -> E) -> &E {
        let Some(route) = route else {
            return match self.patterns {
                Some(_) => self.covered(uri.path()).unwrap_or(&self.unmatched),
                None => &self.unmatched,
            };
        };
        match self.hints.get(route) {
            Some(entry) => entry,
            None => self.find_by_name(route, make),
        }
    }

    #[cold]
    fn find_by_name(&self, route: &str, make: impl FnOnce(&str) -> E) -> &E {
        let slot = self.slots.get(route, |new| {
            let entry = match self.covered(new?) {
                Some(covered) => covered.clone(),
                None if self.made.fetch_add(1, Ordering::Relaxed) < self.max => make(new?),
                None => self.overflow.clone(),
            };
            self.hints.push(new?, entry)
        });
        slot.and_then(|slot| self.hints.point(route, slot))
            .or_else(|| self.covered(route))
            .unwrap_or(&self.overflow)
    }

    /// Returns the entry of the pattern that covers a route or path.
    #[cold]
    fn covered(&self, route: &str) -> Option<&E> {
        Some(self.patterns.as_ref()?.at(route).ok()?.value)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tollgate_families::MAX_KEY_BYTES;

    use super::*;

    fn endpoints(max: usize) -> Endpoints<Arc<str>> {
        Endpoints::new(max, "unmatched".into(), "overflow".into(), None)
    }

    fn find<'a>(endpoints: &'a Endpoints<Arc<str>>, route: Option<&str>) -> &'a Arc<str> {
        let uri = Uri::from_static("/users/7");
        endpoints.find(route, &uri, |label| label.into())
    }

    fn labels<'a>(
        endpoints: &Endpoints<Arc<str>>,
        routes: impl IntoIterator<Item = &'a str>,
    ) -> Vec<Arc<str>> {
        let routes = routes.into_iter();
        let found = routes.map(|route| find(endpoints, Some(route)));
        found.cloned().collect()
    }

    #[test]
    fn an_endpoint_is_found_from_every_address() {
        let endpoints = endpoints(10);
        let first = find(&endpoints, Some("/users/{id}"));
        let copy = String::from("/users/{id}");
        assert!(Arc::ptr_eq(first, find(&endpoints, Some(&copy))));
        assert_eq!(&**first, "/users/{id}");
        assert_eq!(&**find(&endpoints, None), "unmatched");
    }

    #[test]
    fn an_address_that_is_used_again_does_not_mislead() {
        let endpoints = endpoints(10);
        let mut route = String::from("/a");
        let address = route.as_ptr();
        assert_eq!(*labels(&endpoints, [route.as_str()])[0], *"/a");
        route.replace_range(1.., "b");
        assert_eq!(route.as_ptr(), address);
        assert_eq!(*labels(&endpoints, [route.as_str()])[0], *"/b");
    }

    #[test]
    fn every_new_endpoint_beyond_the_maximum_is_the_overflow() {
        let endpoints = endpoints(2);
        // Twice: the first time names are inserted, the second time they are found.
        for _ in 0..2 {
            let found = labels(&endpoints, ["/a", "/b", "/c", "/d", "/e", "/f"]);
            let found: Vec<&str> = found.iter().map(AsRef::as_ref).collect();
            assert_eq!(
                found,
                ["/a", "/b", "overflow", "overflow", "overflow", "overflow"]
            );
        }
    }

    #[test]
    fn routes_that_a_pattern_covers_take_no_place() {
        let mut patterns = Router::new();
        patterns.insert("/users/{*rest}", "users".into()).unwrap();
        let endpoints = Endpoints {
            patterns: Some(patterns),
            ..endpoints(2)
        };
        // The table has room for four names; `/users/e` finds it full.
        let routes = ["/users/a", "/users/b", "/c", "/d", "/users/e"];
        for _ in 0..2 {
            let found = labels(&endpoints, routes);
            let found: Vec<&str> = found.iter().map(AsRef::as_ref).collect();
            assert_eq!(found, ["users", "users", "/c", "/d", "users"]);
        }
        assert_eq!(&**find(&endpoints, None), "users");
    }

    #[test]
    fn a_name_that_is_too_long_is_the_overflow_and_takes_no_place() {
        let endpoints = endpoints(1);
        let longest = "a".repeat(MAX_KEY_BYTES);
        let longer = "b".repeat(MAX_KEY_BYTES + 1);
        let found = labels(&endpoints, [longer.as_str(), &longest, &longer]);
        let found: Vec<&str> = found.iter().map(AsRef::as_ref).collect();
        assert_eq!(found, ["overflow", &longest, "overflow"]);
    }

    #[test]
    fn threads_agree_on_every_endpoint() {
        let endpoints = endpoints(100);
        let routes: Vec<String> = (0..100).map(|n| format!("/{n}")).collect();
        let found = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| labels(&endpoints, routes.iter().map(String::as_str))))
                .collect();
            let found = threads.into_iter().map(|thread| thread.join().unwrap());
            found.collect::<Vec<_>>()
        });
        for thread in &found {
            for ((label, route), first) in thread.iter().zip(&routes).zip(&found[0]) {
                assert_eq!(**label, **route);
                assert!(Arc::ptr_eq(label, first));
            }
        }
    }
}
