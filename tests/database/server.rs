//! A database server of the tests' own.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, getuid, kill_process};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use tempfile::TempDir;
use tests::outside;

/// How long the server may take to start.
const DEADLINE: Duration = Duration::from_mins(1);

/// A server with its data in a directory of its own, stopped when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    programs: PathBuf,
    port: u16,
    databases: AtomicU32,
    process: Mutex<Option<Child>>,
    directory: TempDir,
}

impl Server {
    /// The server that tests share as long as one of them runs; none if it is not installed.
    pub(crate) async fn shared() -> Option<Arc<Self>> {
        static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let server = {
            let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(server) = shared.upgrade() {
                server
            } else {
                let server = Arc::new(Self::new()?);
                *shared = Arc::downgrade(&server);
                server
            }
        };
        server.until_ready().await;
        Some(server)
    }

    /// A server that no other test uses; none if it is not installed.
    pub(crate) async fn own() -> Option<Self> {
        let server = Self::new()?;
        server.until_ready().await;
        Some(server)
    }

    /// How to connect to a new database.
    pub(crate) async fn database(&self) -> PgConnectOptions {
        let name = format!("shop_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut connection = self.options().connect().await.unwrap();
        let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
        connection.execute(create).await.unwrap();
        connection.close().await.unwrap();
        self.options().database(&name)
    }

    /// Ends the server at once, without a word to those who are connected.
    pub(crate) fn kill(&self) {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mut process) = process.take() {
            let id = i32::try_from(process.id()).ok().and_then(Pid::from_raw);
            kill_process(id.unwrap(), Signal::QUIT).unwrap();
            process.wait().unwrap();
        }
    }

    /// Starts the server again, on the same port and data.
    pub(crate) async fn restart(&self) {
        self.start();
        self.until_ready().await;
    }

    fn new() -> Option<Self> {
        let programs = programs();
        let postgres = programs.join("postgres");
        outside::program(postgres.to_str()?, "apt-get install postgresql")?;
        let directory = TempDir::new().unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            programs,
            port: free.local_addr().unwrap().port(),
            databases: AtomicU32::new(0),
            process: Mutex::new(None),
            directory,
        };
        drop(free);
        let mut initdb = server.program("initdb");
        initdb.args([
            "--username=postgres",
            "--auth=trust",
            "--no-sync",
            "--no-locale",
        ]);
        let created = initdb.args(["--encoding=UTF8", "--pgdata=data"]).output();
        let created = created.unwrap();
        assert!(created.status.success(), "{created:?}");
        server.start();
        Some(server)
    }

    fn start(&self) {
        let mut postgres = self.program("postgres");
        let port = self.port.to_string();
        postgres.args(["-F", "-D", "data", "-h", "127.0.0.1", "-p", &port, "-k", ""]);
        let log = fs::File::create(self.directory.path().join("log")).unwrap();
        let started = postgres.stdout(Stdio::null()).stderr(log).spawn();
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        *process = Some(started.unwrap());
    }

    async fn until_ready(&self) {
        let deadline = Instant::now() + DEADLINE;
        while let Err(error) = self.options().connect().await {
            let log = fs::read_to_string(self.directory.path().join("log"));
            assert!(Instant::now() < deadline, "{error}: {log:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn options(&self) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.port)
            .username("postgres")
            .database("postgres")
            .ssl_mode(PgSslMode::Disable)
    }

    /// One of the server's programs, in its directory, and not as root: they refuse that.
    fn program(&self, name: &str) -> Command {
        let directory = self.directory.path();
        let mut program = Command::new(self.programs.join(name));
        program.current_dir(directory).stdin(Stdio::null());
        if getuid().is_root() {
            let (user, group) = (id("-u"), id("-g"));
            chown(directory, Some(user), Some(group)).unwrap();
            program.uid(user).gid(group);
        }
        program
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Returns the directory of the newest version in which Debian keeps the server's programs.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let versions = versions.filter_map(|version| version.ok().map(|version| version.path()));
    let newest = versions.max_by_key(|path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.and_then(|name| name.parse::<u32>().ok())
    });
    newest.map_or_else(|| Path::new("").to_owned(), |path| path.join("bin"))
}

/// The number of the user, or group, that the package makes.
fn id(which: &str) -> u32 {
    let id = Command::new("id")
        .args([which, "postgres"])
        .output()
        .unwrap();
    String::from_utf8(id.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap()
}
