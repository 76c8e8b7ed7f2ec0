//! A server that fails its callers as networks do.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The way that a call ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fate {
    /// It is answered with this status and a body.
    Answered(u16),
    /// The server never answers.
    Stalls,
    /// The connection is reset before a response.
    IsReset,
    /// The connection is closed in the middle of the body.
    BreaksOff,
    /// The body stalls in the middle, and the connection stays open.
    StallsInBody,
    /// The port has no listener.
    IsRefused,
}

/// Starts a server and returns its address; calls to it end this way while the runtime lives.
pub(crate) async fn serve(fate: Fate) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    if !matches!(fate, Fate::IsRefused) {
        tokio::spawn(async move {
            let mut stalled = Vec::new();
            while let Ok((stream, _)) = listener.accept().await {
                stalled.extend(meet(stream, fate).await);
            }
        });
    }
    address
}

/// Answers one call; returns the connection if it stays open.
async fn meet(mut stream: TcpStream, fate: Fate) -> Option<TcpStream> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    let status = match fate {
        Fate::Answered(status) => status,
        _ => 200,
    };
    let start = format!("HTTP/1.1 {status} Fate\r\nconnection: close\r\ncontent-length: 6\r\n\r\n");
    let sent = match fate {
        Fate::Answered(_) => start + "teapot",
        Fate::BreaksOff | Fate::StallsInBody => start + "tea",
        Fate::Stalls | Fate::IsReset | Fate::IsRefused => String::new(),
    };
    stream.write_all(sent.as_bytes()).await.ok()?;
    match fate {
        Fate::Stalls | Fate::StallsInBody => Some(stream),
        Fate::IsReset => {
            stream.set_zero_linger().ok()?;
            None
        }
        Fate::Answered(_) | Fate::BreaksOff | Fate::IsRefused => None,
    }
}
