//! The program of `disabled.sh`: the application of the benchmarks and a number of requests.
//!
//! `requests <bare|disabled> <count>` sends `count` requests through the router, either bare or as
//! a disabled suite returns it. It does nothing else and prints nothing.

use std::{env, error::Error};

use benches::{Row, app, contenders};
use tollgate::Tollgate;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let router = match arguments.next().as_deref() {
        Some("bare") => app::router(),
        Some("disabled") => Tollgate::builder()
            .enabled(false)
            .build()?
            .wrap(app::router()),
        _ => return Err("say bare or disabled, and how many requests".into()),
    };
    let count = arguments.next().unwrap_or_default().parse()?;
    counted(&mut contenders::on_axum("requests", router), count);
    Ok(())
}

/// The function that the script counts, by this name.
#[inline(never)]
fn counted(row: &mut Row, count: u32) {
    row.run(count);
}
