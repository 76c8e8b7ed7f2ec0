//! Counts the bytes of one row of `memory`: see `benches::bytes`.
//!
//! `memory <growth/tollgate|growth/stock|series> <requests>`

use std::{
    alloc::System,
    env,
    error::Error,
    sync::{Arc, Barrier},
    thread,
};

use benches::{
    bytes::{line, resident},
    recorders, series,
};
use metrics::{NoopRecorder, Recorder};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tollgate_http::RequestMetricsLayer;
use tollgate_recorder::RecorderBuilder;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

type SharedRecorder = Arc<dyn Recorder + Send + Sync>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [row, requests] = &arguments[..] else {
        return Err("say a row and a number of requests".into());
    };
    let requests = requests.parse()?;
    match &**row {
        "growth/tollgate" => println!("{}", line(row, growth(tollgate()?, requests)?)),
        "growth/stock" => {
            let stock = Arc::new(recorders::stock()?);
            println!("{}", line(row, growth(stock, requests)?));
        }
        "series" => series()?,
        unknown => return Err(format!("no row is called {unknown:?}").into()),
    }
    Ok(())
}

/// Memory that requests to one route leave.
fn growth(recorder: SharedRecorder, requests: u32) -> Result<i64, Box<dyn Error>> {
    let layer = RequestMetricsLayer::builder().recorder(recorder).build()?;
    let mut row = series::requests("", &layer, series::of_requests(10));
    row.run(requests / 50);
    let before = resident()?;
    row.run(requests);
    Ok(resident()? - before)
}

/// Memory of series, each with the requests that create it.
fn series() -> Result<(), Box<dyn Error>> {
    // These are allocated once in a process.
    allocated(tollgate, 10, 2)?;
    for (threads, name) in [(1, "series/1-thread"), (2, "series/2-threads")] {
        let few = allocated(tollgate, 1_000, threads)?;
        let many = allocated(tollgate, 10_000, threads)?;
        println!("{}", line(name, (many - few) / 9_000));
    }
    let total = allocated(tollgate, 1_000, 2)?;
    let of_layer = allocated(|| Ok(Arc::new(NoopRecorder)), 1_000, 2)?;
    println!("{}", line("series/1000-total", total));
    println!("{}", line("series/1000-layer", of_layer));
    println!("{}", line("series/1000-recorder", total - of_layer));
    Ok(())
}

/// Bytes that a layer and its recorder hold once `threads` threads have recorded into each of
/// `series` series.
fn allocated(
    recorder: impl FnOnce() -> Result<SharedRecorder, tollgate_recorder::Error>,
    series: usize,
    threads: usize,
) -> Result<i64, Box<dyn Error>> {
    let all = series::of_requests(series);
    let region = Region::new(ALLOCATOR);
    let layer = RequestMetricsLayer::builder()
        .recorder(recorder()?)
        .build()?;
    let finish = Barrier::new(threads);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                for series in &all {
                    series::requests("", &layer, vec![series.clone()]).run(1);
                }
                // A thread that ended earlier would leave its cells to the others.
                finish.wait();
            });
        }
    });
    let change = region.change();
    let held = change.bytes_allocated.checked_sub(change.bytes_deallocated);
    Ok(i64::try_from(held.ok_or("more was freed than allocated")?)?)
}

fn tollgate() -> Result<SharedRecorder, tollgate_recorder::Error> {
    let (recorder, _) = RecorderBuilder::new().build()?;
    Ok(Arc::new(recorder))
}
