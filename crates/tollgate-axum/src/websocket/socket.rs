//! The measured socket.

use std::{
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum::{
    Error,
    extract::ws::{Message, WebSocket},
    http::HeaderValue,
};
use futures_core::{FusedStream, Stream};
use futures_sink::Sink;

use super::instruments::{Connection, Direction, Instruments};

/// axum's [`WebSocket`], measured until it is dropped.
///
/// It is also a stream and a sink of [`Message`]s.
#[derive(Debug)]
pub struct MeteredWebSocket {
    inner: WebSocket,
    connection: Connection,
}

impl MeteredWebSocket {
    pub(super) fn new(inner: WebSocket, instruments: Arc<Instruments>) -> Self {
        Self {
            inner,
            connection: Connection::start(instruments),
        }
    }

    /// Receives the next message, or `None` once the connection has ended.
    pub async fn recv(&mut self) -> Option<Result<Message, Error>> {
        let mut this = Pin::new(self);
        poll_fn(|cx| this.as_mut().poll_next(cx)).await
    }

    /// Sends a message.
    ///
    /// # Errors
    ///
    /// If the connection has ended or the message cannot be sent.
    pub async fn send(&mut self, message: Message) -> Result<(), Error> {
        let mut this = Pin::new(self);
        poll_fn(|cx| this.as_mut().poll_ready(cx)).await?;
        // An accepted message is sent even if this future is dropped, so it is counted now.
        this.as_mut().start_send(message)?;
        poll_fn(|cx| this.as_mut().poll_flush(cx)).await
    }

    /// Returns the subprotocol that was selected, if any.
    pub fn protocol(&self) -> Option<&HeaderValue> {
        self.inner.protocol()
    }

    /// A message that was accepted before may fail only when it is flushed.
    fn note_flushed(&mut self, flushed: &Poll<Result<(), Error>>) {
        if let Poll::Ready(Err(_)) = flushed {
            self.connection.lose();
        }
    }

    fn note(&mut self, direction: Direction, message: Noted) {
        match message {
            Noted::Data(bytes) => self.connection.count_message(direction, bytes),
            Noted::Close => self.connection.close(),
            Noted::Control => {}
        }
    }
}

impl Stream for MeteredWebSocket {
    type Item = Result<Message, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let received = ready!(Pin::new(&mut self.inner).poll_next(cx));
        match &received {
            Some(Ok(message)) => self.note(Direction::In, Noted::new(message)),
            Some(Err(_)) | None => self.connection.lose(),
        }
        Poll::Ready(received)
    }
}

impl FusedStream for MeteredWebSocket {
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated()
    }
}

impl Sink<Message> for MeteredWebSocket {
    type Error = Error;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let ready = Pin::new(&mut self.inner).poll_ready(cx);
        self.note_flushed(&ready);
        ready
    }

    fn start_send(mut self: Pin<&mut Self>, message: Message) -> Result<(), Error> {
        let sent = Noted::new(&message);
        let result = Pin::new(&mut self.inner).start_send(message);
        match result {
            Ok(()) => self.note(Direction::Out, sent),
            Err(_) => self.connection.lose(),
        }
        result
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let flushed = Pin::new(&mut self.inner).poll_flush(cx);
        self.note_flushed(&flushed);
        flushed
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let closed = Pin::new(&mut self.inner).poll_close(cx);
        self.note_flushed(&closed);
        if let Poll::Ready(Ok(())) = closed {
            self.connection.close();
        }
        closed
    }
}

/// Kind of a message, as far as the metrics tell kinds apart.
#[derive(Debug, Clone, Copy)]
enum Noted {
    /// Text or binary message with this number of bytes.
    Data(usize),
    Close,
    Control,
}

impl Noted {
    fn new(message: &Message) -> Self {
        match message {
            Message::Text(text) => Self::Data(text.len()),
            Message::Binary(bytes) => Self::Data(bytes.len()),
            Message::Close(_) => Self::Close,
            Message::Ping(_) | Message::Pong(_) => Self::Control,
        }
    }
}
