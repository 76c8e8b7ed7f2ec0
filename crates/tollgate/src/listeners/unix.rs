//! A Unix socket.

use std::{
    fs::{self, File, Permissions},
    io,
    os::{
        fd::OwnedFd,
        unix::fs::{FileTypeExt, MetadataExt, PermissionsExt},
    },
    path::{self, Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use axum::serve::Listener;
use rustix::fs::{FlockOperation, flock};
use socket2::{Domain, SockAddr, Socket, Type};
use tokio::{
    net::{UnixListener, UnixStream, unix::SocketAddr},
    task,
};

/// The most connections that wait to be accepted.
const BACKLOG: i32 = 128;

/// The longest wait for others that bind a socket in the same directory.
const PATIENCE: Duration = Duration::from_secs(5);

/// A Unix socket, whose file lives as long as it is listened on.
#[derive(Debug)]
pub(super) struct UnixSocket {
    // Dropped first: the file must be gone before the socket stops listening.
    file: SocketFile,
    listener: UnixListener,
}

impl UnixSocket {
    /// Binds a socket with this mode at `path`, in place of one that nobody listens on.
    pub(super) async fn bind(path: PathBuf, mode: u32) -> io::Result<Self> {
        task::spawn_blocking(move || Self::bind_blocking(&path, mode))
            .await
            .map_err(io::Error::other)?
    }

    fn bind_blocking(path: &Path, mode: u32) -> io::Result<Self> {
        let absolute = path::absolute(path)?;
        // Until it is listened on, the socket looks stale to others that start.
        let _lock = lock(absolute.parent().unwrap_or(&absolute))?;
        clear(path)?;
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
        socket.bind(&SockAddr::unix(path)?)?;
        let file = SocketFile {
            id: id(&absolute)?,
            path: absolute,
        };
        // Nobody can connect before this is so, as nobody listens yet.
        fs::set_permissions(&file.path, Permissions::from_mode(mode))?;
        socket.listen(BACKLOG)?;
        socket.set_nonblocking(true)?;
        Ok(Self {
            file,
            listener: UnixListener::from_std(OwnedFd::from(socket).into())?,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.file.path
    }
}

impl Listener for UnixSocket {
    type Io = UnixStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        Listener::accept(&mut self.listener).await
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// The file of a socket that was bound; removed when this is dropped, if it is still there.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    id: (u64, u64),
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if id(&self.path).is_ok_and(|id| id == self.id) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Device and inode, which no other file has while the socket is open.
fn id(path: &Path) -> io::Result<(u64, u64)> {
    let metadata = fs::symlink_metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}

/// Locks a directory until the file is dropped.
fn lock(directory: &Path) -> io::Result<File> {
    let directory = File::open(directory)?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        match flock(&directory, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(directory),
            Err(e) if e.kind() == io::ErrorKind::WouldBlock && Instant::now() < deadline => {
                thread::sleep(Duration::from_millis(5));
            }
            Err(e) => return Err(e.into()),
        }
    }
}

/// Removes a socket that nobody listens on, and nothing else.
fn clear(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(e),
        Ok(file) if file.file_type().is_socket() => {}
        Ok(_) => {
            let message = "there is a file that is not a socket, which is left alone";
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
    }
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    // A live socket whose queue is full fails at once.
    socket.set_nonblocking(true)?;
    match socket.connect(&SockAddr::unix(path)?) {
        Err(e) if e.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) if e.kind() != io::ErrorKind::WouldBlock => Err(e),
        Ok(()) | Err(_) => Err(io::Error::new(
            io::ErrorKind::AddrInUse,
            "the socket is in use",
        )),
    }
}
