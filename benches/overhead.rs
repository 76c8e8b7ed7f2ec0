//! What each layer adds to a request.
//!
//! Rows are driven without a server or an executor (see `benches::drive`), in interleaved rounds
//! (see `benches::Rounds`): every round runs a block of every row in shuffled order. `ns` is the
//! median over the rounds of what a request takes; `added_ns` is the median of the differences to
//! the row's baseline *within a round*, so it need not be the difference of the two medians. A
//! baseline has no `added_ns` (`null`). The figures in brackets are the quartiles over the rounds:
//! where they are far apart, the machine was busy. Allocations are exact, those of the median
//! request, counted in a process of its own so that counting does not slow what is timed; a figure
//! in brackets behind them is the average, where something is allocated once in many requests (the
//! stock recorder's next block of samples).
//!
//! `cargo bench -p benches --bench overhead` prints the table and writes `bench/overhead.json` in
//! the target directory; `cargo test -p benches --bench overhead` runs one round to see that
//! every row works.

use std::{env, error::Error, time::Duration};

use benches::{Line, Report, Rounds, Row, allocations, clock, contenders};

const BUDGET: Duration = Duration::from_secs(40);

fn main() -> Result<(), Box<dyn Error>> {
    let timed = env::args().any(|argument| argument == "--bench");
    let budget = if timed { BUDGET } else { Duration::ZERO };

    let recorder = contenders::install_recorder()?;
    let mut rows = contenders::all()?;
    rows.push(clock::pair());
    let samples = Rounds::lasting(budget).measure(&mut rows, || recorder.run_upkeep());
    let allocations = allocations::counted_by(env!("CARGO_BIN_EXE_allocations"))?;

    let clock_pair = samples.of(rows.len() - 1);
    rows.pop();
    let position = |name| rows.iter().position(|row: &Row| row.name() == name);
    let lines = rows
        .iter()
        .enumerate()
        .map(|(index, row)| Line {
            name: row.name(),
            baseline: row.baseline(),
            ns: samples.of(index),
            added: row
                .baseline()
                .and_then(position)
                .map(|baseline| samples.added(index, baseline)),
            allocations: allocations[row.name()],
        })
        .collect();
    let report = Report { clock_pair, lines };

    if timed {
        print!("{} rounds. {report}", samples.rounds());
        let path = report.write("overhead", env!("CARGO_TARGET_TMPDIR"))?;
        println!("{}", path.display());
    } else {
        println!("{} rows run; cargo bench measures them", rows.len());
    }
    Ok(())
}
