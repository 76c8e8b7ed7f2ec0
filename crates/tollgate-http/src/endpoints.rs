//! The bounded table of endpoints.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        OnceLock, PoisonError, RwLock,
        atomic::{AtomicU32, Ordering},
    },
};

use http::Method;

use crate::{
    instruments::Instruments,
    labels::{METHOD_COUNT, method_index},
    meter::Meter,
    names::OVERFLOW,
};

/// How long a name can be. What is longer is no name but a path, and is not kept.
pub(crate) const MAX_NAME_BYTES: usize = 512;

/// Every endpoint that a layer has met, up to a cap; whatever comes later is the one overflow.
///
/// A router hands out the same string for the same route, so a route's address is a good guess at
/// its endpoint: a *hint*. The guess is confirmed by comparing the names, and a wrong one costs a
/// look-up in the index. Thus the steady state takes no lock and hashes no string.
pub(crate) struct Endpoints {
    /// A route's address leads to one pair, either of which may hold its hint.
    hints: Box<[[AtomicU32; 2]]>,
    /// The names that have been met, at most twice the cap: half of them can be names of the
    /// overflow, so that telling these is as cheap.
    names: Box<[OnceLock<Name>]>,
    index: RwLock<HashMap<Box<str>, u32>>,
    cap: usize,
    unmatched: &'static Endpoint,
    overflow: &'static Endpoint,
}

/// A name that has been met, and the endpoint that it leads to.
struct Name {
    name: Box<str>,
    endpoint: &'static Endpoint,
}

/// One endpoint, with the instruments of each method that was used on it.
pub(crate) struct Endpoint {
    label: Box<str>,
    is_overflow: bool,
    methods: [OnceLock<Box<Instruments>>; METHOD_COUNT],
}

impl Endpoints {
    /// Makes a table for at most `cap` endpoints, `unmatched` and the overflow not counted.
    pub(crate) fn new(cap: usize, unmatched: &str) -> Self {
        // Two pairs an endpoint: three seldom meet in one.
        let hints = (cap * 2).next_power_of_two();
        Self {
            hints: (0..hints)
                .map(|_| [const { AtomicU32::new(u32::MAX) }; 2])
                .collect(),
            names: (0..cap * 2).map(|_| OnceLock::new()).collect(),
            index: RwLock::default(),
            cap,
            unmatched: Endpoint::leak(unmatched, false),
            overflow: Endpoint::leak(OVERFLOW, true),
        }
    }

    /// The endpoint of a route, or of none.
    #[inline]
    pub(crate) fn find(&self, route: Option<&str>) -> &'static Endpoint {
        let Some(route) = route else {
            return self.unmatched;
        };
        let hints = self.hints(route);
        for hint in hints {
            let index = hint.load(Ordering::Relaxed) as usize;
            match self.names.get(index).and_then(OnceLock::get) {
                Some(known) if *known.name == *route => return known.endpoint,
                _ => {}
            }
        }
        self.find_by_name(route, hints)
    }

    /// The two places where the hint of a route may be.
    #[inline]
    fn hints(&self, route: &str) -> &[AtomicU32; 2] {
        // Fibonacci hashing; the top bits are the mixed ones.
        let mixed = (route.as_ptr().addr() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mixed = (mixed >> 32) as usize;
        &self.hints[mixed & (self.hints.len() - 1)]
    }

    #[cold]
    fn find_by_name(&self, route: &str, hints: &[AtomicU32; 2]) -> &'static Endpoint {
        if route.len() > MAX_NAME_BYTES {
            return self.overflow;
        }
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        let known = index.get(route).copied();
        let is_full = index.len() == self.names.len();
        drop(index);
        // Once there is no room, no new name is worth a lock that all others wait for.
        let found = match known {
            None if !is_full => self.insert(route),
            known => known,
        };
        let Some(index) = found else {
            return self.overflow;
        };
        leave_hint(index, hints);
        self.names
            .get(index as usize)
            .and_then(OnceLock::get)
            .map_or(self.overflow, |known| known.endpoint)
    }

    /// Gives a new name an endpoint, or the overflow's once the cap is reached; no index where
    /// there is no room even for that.
    fn insert(&self, route: &str) -> Option<u32> {
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(&known) = index.get(route) {
            return Some(known);
        }
        let next = index.len();
        let endpoint = if next < self.cap {
            Endpoint::leak(route, false)
        } else {
            self.overflow
        };
        let name = route.into();
        self.names.get(next)?.set(Name { name, endpoint }).ok()?;
        let next = u32::try_from(next).ok()?;
        index.insert(route.into(), next);
        Some(next)
    }
}

impl fmt::Debug for Endpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoints")
            .field("cap", &self.cap)
            .finish_non_exhaustive()
    }
}

impl Endpoint {
    fn leak(label: &str, is_overflow: bool) -> &'static Self {
        Box::leak(Box::new(Self {
            label: label.into(),
            is_overflow,
            methods: [const { OnceLock::new() }; METHOD_COUNT],
        }))
    }

    pub(crate) fn label(&self) -> &str {
        &self.label
    }

    #[inline]
    pub(crate) fn is_overflow(&self) -> bool {
        self.is_overflow
    }

    /// The instruments of one method on this endpoint.
    #[inline]
    pub(crate) fn instruments(
        &'static self,
        meter: &'static Meter,
        method: &Method,
    ) -> &'static Instruments {
        let index = method_index(method);
        match self.methods[index].get() {
            Some(instruments) => instruments,
            None => self.equip(meter, index),
        }
    }

    #[cold]
    fn equip(&'static self, meter: &'static Meter, method: usize) -> &'static Instruments {
        self.methods[method].get_or_init(|| Box::new(Instruments::new(meter, self, method)))
    }
}

/// Leaves a hint where it displaces no other, or else in the first place.
fn leave_hint(index: u32, places: &[AtomicU32; 2]) {
    let free = places
        .iter()
        .find(|place| place.load(Ordering::Relaxed) == u32::MAX);
    free.unwrap_or(&places[0]).store(index, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels<'a>(
        endpoints: &Endpoints,
        routes: impl IntoIterator<Item = &'a str>,
    ) -> Vec<&'static str> {
        routes
            .into_iter()
            .map(|route| endpoints.find(Some(route)).label())
            .collect()
    }

    #[test]
    fn a_route_leads_to_one_endpoint_from_every_address() {
        let endpoints = Endpoints::new(10, "unmatched");
        let first = endpoints.find(Some("/users/{id}"));
        let copy = String::from("/users/{id}");
        assert!(std::ptr::eq(first, endpoints.find(Some(&copy))));
        assert!(std::ptr::eq(first, endpoints.find(Some("/users/{id}"))));
        assert_eq!(first.label(), "/users/{id}");
        assert_eq!(endpoints.find(None).label(), "unmatched");
    }

    #[test]
    fn an_address_that_is_used_again_does_not_mislead() {
        let endpoints = Endpoints::new(10, "unmatched");
        let mut route = String::from("/a");
        let address = route.as_ptr();
        assert_eq!(endpoints.find(Some(&route)).label(), "/a");
        route.replace_range(1.., "b");
        assert_eq!(route.as_ptr(), address);
        assert_eq!(endpoints.find(Some(&route)).label(), "/b");
    }

    #[test]
    fn past_the_cap_every_new_endpoint_is_the_overflow() {
        let endpoints = Endpoints::new(2, "unmatched");
        // Twice: the first time names are inserted, the second time they are found.
        for _ in 0..2 {
            assert_eq!(
                labels(&endpoints, ["/a", "/b", "/c", "/d", "/e", "/f"]),
                ["/a", "/b", "overflow", "overflow", "overflow", "overflow"]
            );
        }
        assert!(endpoints.find(Some("/c")).is_overflow());
        assert!(!endpoints.find(Some("/a")).is_overflow());
    }

    #[test]
    fn a_name_that_is_too_long_is_the_overflow_and_takes_no_place() {
        let endpoints = Endpoints::new(1, "unmatched");
        let longest = "a".repeat(MAX_NAME_BYTES);
        let longer = "b".repeat(MAX_NAME_BYTES + 1);
        assert_eq!(
            labels(&endpoints, [longer.as_str(), &longest, &longer]),
            ["overflow", &longest, "overflow"]
        );
        assert_eq!(endpoints.index.read().unwrap().len(), 1);
    }

    #[test]
    fn threads_agree_on_every_endpoint() {
        let endpoints = Endpoints::new(100, "unmatched");
        let routes: Vec<String> = (0..100).map(|n| format!("/{n}")).collect();
        let found = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        let copies = routes.clone();
                        let found = copies.iter().map(|route| endpoints.find(Some(route)));
                        found.collect::<Vec<_>>()
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect::<Vec<_>>()
        });
        for thread in &found {
            for (endpoint, route) in thread.iter().zip(&routes) {
                assert_eq!(endpoint.label(), route);
            }
            assert!(
                thread
                    .iter()
                    .zip(&found[0])
                    .all(|(a, b)| std::ptr::eq(*a, *b))
            );
        }
    }
}
