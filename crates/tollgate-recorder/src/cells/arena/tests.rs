use super::{Arena, WORDS};

#[test]
fn ranges_do_not_overlap() {
    let arena = Arena::new();
    let ranges: Vec<_> = [1, 3, WORDS, 1, WORDS - 1, 2]
        .map(|len| arena.claim(len))
        .into_iter()
        .collect();
    for (index, cells) in ranges.iter().enumerate() {
        for word in 0..usize::from(cells.len) {
            cells.mine().add(word, 1 + index as u64);
        }
    }
    for (index, cells) in ranges.iter().enumerate() {
        let words: Vec<_> = cells
            .lines()
            .flatten()
            .map(|word| word.load(super::Ordering::Relaxed))
            .collect();
        assert_eq!(words, vec![1 + index as u64; usize::from(cells.len)]);
    }
}

#[test]
fn returned_range_is_zeroed_and_given_out_again() {
    let arena = Arena::new();
    let first = arena.claim(2);
    let kept = arena.claim(2);
    first.mine().add(1, 7);
    kept.mine().add(1, 5);
    let place = first.first;
    drop(first);

    let second = arena.claim(2);
    assert_eq!(second.first, place);
    assert_eq!(format!("{second:?} {kept:?}"), "[[0, 0]] [[0, 5]]");
}

#[test]
fn cells_outlive_their_arena() {
    let cells = Arena::new().claim(1);
    cells.mine().add(0, 1);
    assert_eq!(format!("{cells:?}"), "[[1]]");
}
