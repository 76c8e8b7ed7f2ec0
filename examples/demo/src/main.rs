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
use tollgate::management::Loggers;
use tollgate::{
    Address, Flags, Settings, Tollgate, TollgateBuilder,
    auth::{KeyError, MasterKeys},
};
use tower_http::catch_panic::CatchPanicLayer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{fmt, registry};

use crate::api::Api;
use crate::fulfilment::Fulfilment;
use crate::routes::Shop;
use crate::store::Store;
use crate::work::Work;

/// A small shop measured by tollgate.
#[derive(Parser)]
#[command(
    after_help = "Metrics are on, behind a key that is made for this run unless MASTER_KEY or \
                  MASTER_KEY_FILE has one. PORT is the shop's port, 3000 unless set.",
    mut_arg("metrics-enabled", |flag| flag.help("Collect and serve metrics [env: METRICS_ENABLED] [default: true]")),
    mut_arg("management-address", |flag| flag.help("Address of the management listener [env: MANAGEMENT_ADDRESS] [default: 127.0.0.1:8081]")),
)]
struct Demo {
    /// Keep the metrics in the recorder of metrics-exporter-prometheus
    #[arg(long)]
    stock_recorder: bool,
    #[command(flatten)]
    tollgate: Flags,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Demo::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(demo: Demo) -> Result<(), Box<dyn Error>> {
    let loggers = Loggers::from_env("info")?.known([env!("CARGO_CRATE_NAME")]);
    registry().with(loggers.layer()).with(fmt::layer()).init();
    let settings = Settings::loader().flags(demo.tollgate).load()?;
    let port = settings.port()?.unwrap_or(3000);
    let key = key_of_this_run(&settings)?;
    let store = Store::new(settings.db())?;
    let active_users = collected::active_users()?;
    let hooks = collected::hooks(&store, &active_users);
    let work = Work::new();
    let management = settings.management_address().cloned();
    let management = management.map_or_else(|| "127.0.0.1:8081".parse(), Ok)?;
    let endpoints = management::endpoints(&store, &work, &loggers)?;
    let mut tollgate = tollgate(key.as_deref(), hooks)?;
    if demo.stock_recorder {
        tollgate = tollgate.metrics_exporter_prometheus();
    }
    let tollgate = tollgate
        .management(endpoints)
        .management_address(management.clone())
        .settings(settings)
        .build()?;
    // The recorder is installed by now, and counts the connection.
    store.fill().await?;
    let listener = listen(port).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let metrics = tollgate.bind_metrics().await?;
    let scrape = tollgate
        .endpoint()
        .map(|endpoint| reading(&base, metrics.address().as_ref(), endpoint));

    let page = page::render(&base, scrape.as_deref());
    work.take_stock(store.clone());
    let shop = Shop {
        fulfilment: Fulfilment::start(store.clone(), work.jobs),
        api: Api::new(&base)?,
        store,
        active_users,
    };
    let app = tollgate.wrap(routes::router(shop, page));
    // Outside of the metrics: a panic is recorded before this makes it a 500.
    let app = app.layer(CatchPanicLayer::new());

    // If the port is any free one, the log shows it.
    let logger = (!management.to_string().ends_with(":0"))
        .then(|| reading(&base, Some(&management), "/loggers/demo"));
    let greeting = greeting::text(&base, scrape.as_deref(), logger.as_deref(), key.as_deref());
    io::stdout().write_all(greeting.as_bytes())?;
    tollgate.serve(listener, app).with_metrics(metrics).await?;
    Ok(())
}

/// A key for this run, or none if the settings have one.
fn key_of_this_run(settings: &Settings) -> Result<Option<String>, Box<dyn Error>> {
    if settings.master_keys()?.is_some() {
        return Ok(None);
    }
    let mut random = [0; 16];
    getrandom::fill(&mut random)?;
    Ok(Some(format!("{:032x}", u128::from_ne_bytes(random))))
}

/// On by default and behind the key of this run; the settings override both.
fn tollgate(key: Option<&str>, hooks: ScrapeHooks) -> Result<TollgateBuilder, KeyError> {
    let tollgate = Tollgate::builder()
        .enabled(true)
        .before_render(move || hooks.run());
    Ok(match key {
        Some(key) => tollgate.master_keys(MasterKeys::new([key])?),
        None => tollgate,
    })
}

/// Arguments of curl that read a path on the app's port, a separate port or a Unix socket.
fn reading(base: &str, own: Option<&Address>, path: &str) -> String {
    let Some(address) = own.map(Address::to_string) else {
        return format!("{base}{path}");
    };
    match address.strip_prefix("unix:") {
        Some(socket) => format!("--unix-socket '{socket}' http://localhost{path}"),
        None => format!("http://{address}{path}"),
    }
}

async fn listen(port: u16) -> Result<TcpListener, String> {
    let address = (Ipv4Addr::LOCALHOST, port);
    TcpListener::bind(address).await.map_err(|error| {
        format!("cannot listen on 127.0.0.1:{port}: {error}; set PORT to another, or 0 for any")
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Demo;

    #[test]
    fn help_has_the_defaults_of_the_demo() {
        let help = Demo::command().render_long_help().to_string();
        for part in [
            "[env: METRICS_ENABLED] [default: true]",
            "[env: MANAGEMENT_ADDRESS] [default: 127.0.0.1:8081]",
            "[env: METRICS_ENDPOINT] [default: /metrics]",
            "3000 unless set",
        ] {
            assert!(help.contains(part), "{part}: {help}");
        }
    }
}
