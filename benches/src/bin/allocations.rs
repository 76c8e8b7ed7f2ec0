//! Counts the allocations per request of every row of `overhead` and `collectors`: see `benches::allocations`.

use std::{alloc::System, error::Error};

use benches::{
    Row,
    allocations::{Allocations, line},
    collectors, contenders,
};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Requests before the first counted one, which fill every table.
const WARM_UP: u32 = 1_000;

/// Counted requests.
const COUNTED: u32 = 1_000;

fn main() -> Result<(), Box<dyn Error>> {
    let recorder = contenders::install_stock_recorder()?;
    for mut row in contenders::all()?.into_iter().chain(collectors::all()?) {
        println!("{}", line(row.name(), count(&mut row)));
        recorder.run_upkeep();
    }
    Ok(())
}

fn count(row: &mut Row) -> Allocations {
    row.run(WARM_UP);
    let mut counts: Vec<u32> = (0..COUNTED).map(|_| count_one(row)).collect();
    counts.sort_unstable();
    Allocations {
        median: counts[counts.len() / 2],
        mean: f64::from(counts.iter().sum::<u32>()) / f64::from(COUNTED),
    }
}

/// Growth in place counts as an allocation: both are calls to the allocator.
fn count_one(row: &mut Row) -> u32 {
    let region = Region::new(ALLOCATOR);
    row.run(1);
    let change = region.change();
    u32::try_from(change.allocations + change.reallocations).unwrap_or(u32::MAX)
}
