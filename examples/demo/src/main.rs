//! A small shop measured by tollgate: `cargo run -p demo`, then follow what it prints.

mod api;
mod collected;
mod echo;
mod fulfilment;
mod greeting;
mod management;
mod page;
mod problem;
mod routes;
mod store;
mod work;

use std::error::Error;
use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::process::ExitCode;

use clap::Parser;
use tokio::net::TcpListener;
use tollgate::collectors::ScrapeHooks;
use tollgate::management::ManagementBuilder;
use tollgate::{Address, Flags, MasterKeys, Settings, Tollgate};
use tower_http::catch_panic::CatchPanicLayer;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::api::Api;
use crate::fulfilment::Fulfilment;
use crate::routes::Shop;
use crate::store::Store;
use crate::work::Work;

/// A small shop measured by tollgate.
#[derive(Parser)]
struct Demo {
    #[command(flatten)]
    tollgate: Flags,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Demo::parse().tollgate).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(flags: Flags) -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_env_filter(log_filter())
        .init();
    let settings = Settings::loader().flags(flags).load()?;
    let port = settings.port().unwrap_or(3000);
    let key = key_of_this_run(&settings)?;
    let store = Store::open(settings.db()).await?;
    let active_users = collected::active_users();
    let hooks = collected::hooks(&store, &active_users);
    let work = Work::new();
    let endpoints = management::endpoints(&store, &work)?;
    let tollgate = tollgate(settings, key.as_deref(), endpoints, hooks)?;
    let listener = listen(port).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let metrics = tollgate.bind_metrics().await?;
    let reading = tollgate
        .endpoint()
        .map(|endpoint| reading(&base, metrics.address(), endpoint));

    let page = page::render(&base, reading.as_deref());
    work.take_stock(store.clone());
    let shop = Shop {
        fulfilment: Fulfilment::start(store.clone(), work.jobs),
        api: Api::new(&base)?,
        store,
        active_users,
    };
    let app = tollgate.wrap(routes::router(shop, page))?;
    // Outside of what measures: a panic has been recorded when this makes it a 500.
    let app = app.layer(CatchPanicLayer::new());

    let greeting = greeting::text(&base, reading.as_deref(), key.as_deref());
    io::stdout().write_all(greeting.as_bytes())?;
    tollgate.serve(listener, app).with_metrics(metrics).await?;
    Ok(())
}

/// A key for this run, or none where the settings bring one.
fn key_of_this_run(settings: &Settings) -> Result<Option<String>, getrandom::Error> {
    if settings.master_keys().is_some() {
        return Ok(None);
    }
    let mut random = [0; 16];
    getrandom::fill(&mut random)?;
    Ok(Some(format!("{:032x}", u128::from_ne_bytes(random))))
}

/// On by default and behind the key of this run; the settings override both.
fn tollgate(
    settings: Settings,
    key: Option<&str>,
    endpoints: ManagementBuilder,
    hooks: ScrapeHooks,
) -> Result<Tollgate, Box<dyn Error>> {
    let mut builder = Tollgate::builder()
        .enabled(true)
        .before_render(move || hooks.run())
        .management(endpoints)
        .management_address("127.0.0.1:8081".parse()?);
    if let Some(key) = key {
        builder = builder.master_keys(MasterKeys::new([key])?);
    }
    Ok(builder.settings(settings).build()?)
}

/// What curl is given to read the metrics: on the app's port, a port of their own or a Unix socket.
fn reading(base: &str, own: Option<&Address>, endpoint: &str) -> String {
    let Some(address) = own.map(Address::to_string) else {
        return format!("{base}{endpoint}");
    };
    match address.strip_prefix("unix:") {
        Some(path) => format!("--unix-socket '{path}' http://localhost{endpoint}"),
        None => format!("http://{address}{endpoint}"),
    }
}

fn log_filter() -> EnvFilter {
    EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .from_env_lossy()
}

async fn listen(port: u16) -> Result<TcpListener, String> {
    let address = (Ipv4Addr::LOCALHOST, port);
    TcpListener::bind(address).await.map_err(|error| {
        format!("cannot listen on 127.0.0.1:{port}: {error}; set PORT to another, or 0 for any")
    })
}
