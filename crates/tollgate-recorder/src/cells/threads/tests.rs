use std::{cell::RefCell, collections::BTreeSet, sync::mpsc, thread};

use super::{LINES, OWNED, Pool, SHARED, current};

#[test]
fn lowest_free_line_is_taken_first_and_once() {
    let pool = Pool::new();
    assert_eq!((pool.take(), pool.take(), pool.take()), (1, 2, 3));
    pool.give_back(2);
    assert_eq!((pool.take(), pool.take()), (2, 4));
}

#[test]
fn threads_beyond_the_limit_share_a_line() {
    let pool = Pool::new();
    let taken: BTreeSet<_> = (0..OWNED).map(|_| pool.take()).collect();
    assert_eq!(taken, (1..LINES).collect());
    assert_eq!((pool.take(), pool.take()), (SHARED, SHARED));
    pool.give_back(SHARED);
    assert_eq!(pool.take(), SHARED);
    pool.give_back(OWNED);
    assert_eq!(pool.take(), OWNED);
}

#[test]
fn living_threads_keep_different_lines() {
    let here = current();
    let there = thread::spawn(move || (current(), current()))
        .join()
        .unwrap();
    assert_eq!(there.0, there.1);
    // Other tests may hold all lines at this moment.
    assert!(here != there.0 || here == SHARED);
    assert_eq!(here, current());
}

struct Late(mpsc::Sender<usize>);

impl Drop for Late {
    fn drop(&mut self) {
        self.0.send(current()).unwrap();
    }
}

thread_local!(static LATE: RefCell<Option<Late>> = const { RefCell::new(None) });

#[test]
fn line_is_available_while_thread_local_values_are_destroyed() {
    for own_first in [true, false] {
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            if own_first {
                current();
            }
            LATE.set(Some(Late(sender)));
            current();
        })
        .join()
        .unwrap();
        assert!(receiver.recv().unwrap() < LINES);
    }
}
