//! Values of settings, parsed from text.

use std::fmt;
#[cfg(feature = "push")]
use std::time::Duration;

use serde_json::Value as Json;
use tollgate_auth::{KeyError, MasterKeys};
use tollgate_axum::check_path;

use super::table::{Accepts, Id};
use crate::{Address, AddressError, Error, ErrorKind, PortRange};

/// As many as the recorder takes.
const MOST_BOUNDS: usize = 512;

/// A value that was accepted.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Switch(bool),
    Text(String),
    Address(Address),
    PortRange(PortRange),
    Bounds(Vec<f64>),
    Names(Vec<String>),
    #[cfg(feature = "push")]
    Interval(Duration),
    Port(u16),
    /// The key itself is not kept.
    MasterKey(MasterKeys),
    MasterKeyFile {
        path: String,
        keys: MasterKeys,
    },
}

impl Value {
    /// Parses a value. The message of an error follows the value: it starts with a space or a colon.
    pub(super) fn parse(accepts: Accepts, text: &str) -> Result<Self, Error> {
        match accepts {
            Accepts::Switch => switch(text).map(Self::Switch),
            Accepts::Endpoint => endpoint(text),
            Accepts::BasePath => base_path(text),
            Accepts::Address => text.parse().map(Self::Address).map_err(address),
            Accepts::PortRange => text.parse().map(Self::PortRange).map_err(address),
            Accepts::Name => name(text),
            Accepts::Bounds => bounds(text).map(Self::Bounds),
            Accepts::Port => port(text),
            Accepts::Url => url(text),
            Accepts::Interval => interval(text),
            Accepts::Names => Ok(Self::Names(names(text))),
            Accepts::Text => Ok(Self::Text(text.to_owned())),
            Accepts::MasterKey => MasterKeys::named(Id::MasterKey.setting().variable, text)
                .map(Self::MasterKey)
                .map_err(key),
            Accepts::MasterKeyFile => {
                let keys = MasterKeys::from_file(text).map_err(key)?;
                let path = text.to_owned();
                Ok(Self::MasterKeyFile { path, keys })
            }
        }
    }

    /// Returns it as JSON, without a key.
    pub(super) fn json(&self) -> Json {
        match self {
            Self::Switch(on) => (*on).into(),
            Self::Port(port) => (*port).into(),
            Self::Bounds(bounds) => bounds.as_slice().into(),
            Self::Names(names) => names.as_slice().into(),
            _ => self.to_string().into(),
        }
    }
}

/// Never shows a key.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Switch(on) => on.fmt(f),
            Self::Text(text) | Self::MasterKeyFile { path: text, .. } => f.write_str(text),
            Self::Address(address) => address.fmt(f),
            Self::PortRange(ports) => ports.fmt(f),
            Self::Bounds(bounds) => {
                let bounds: Vec<_> = bounds.iter().map(f64::to_string).collect();
                f.write_str(&bounds.join(", "))
            }
            Self::Names(names) => f.write_str(&names.join(", ")),
            #[cfg(feature = "push")]
            Self::Interval(interval) => write!(f, "{interval:?}"),
            Self::Port(port) => port.fmt(f),
            Self::MasterKey(_) => f.write_str("***"),
        }
    }
}

fn switch(text: &str) -> Result<bool, Error> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err(not("neither true nor false", Accepts::Switch)),
    }
}

fn endpoint(text: &str) -> Result<Value, Error> {
    check_path(text).map_err(|e| Error::telling(ErrorKind::Endpoint, format!(": {e}"), e))?;
    Ok(Value::Text(text.to_owned()))
}

/// Kept without a slash at its end.
fn base_path(text: &str) -> Result<Value, Error> {
    let path = text.strip_suffix('/').unwrap_or(text);
    if !(path.is_empty() && text == "/") && check_path(path).is_err() {
        return Err(not(
            "not a path that others can be below",
            Accepts::BasePath,
        ));
    }
    Ok(Value::Text(
        if path.is_empty() { text } else { path }.to_owned(),
    ))
}

fn name(text: &str) -> Result<Value, Error> {
    let of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let digit_first = text.starts_with(|first: char| first.is_ascii_digit());
    if text.is_empty() || digit_first || !text.bytes().all(of_a_name) {
        return Err(not("not what names of metrics begin with", Accepts::Name));
    }
    Ok(Value::Text(text.to_owned()))
}

fn bounds(text: &str) -> Result<Vec<f64>, Error> {
    let numbers = text
        .split([',', ' '])
        .filter(|number| !number.is_empty())
        .map(|number| {
            number
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite())
        })
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| not("not a list of numbers", Accepts::Bounds))?;
    if numbers.is_empty() || numbers.len() > MOST_BOUNDS {
        return Err(not("too short or too long a list", Accepts::Bounds));
    }
    if !numbers.is_sorted_by(|a, b| a < b) {
        return Err(not("not in order, or names a bound twice", Accepts::Bounds));
    }
    Ok(numbers)
}

fn names(text: &str) -> Vec<String> {
    let names = text.split([',', ' ']).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// In digits alone: the standard library takes a sign too.
fn port(text: &str) -> Result<Value, Error> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let port = text.parse().ok().filter(|_| digits);
    port.map(Value::Port)
        .ok_or_else(|| not("not a port", Accepts::Port))
}

#[cfg(feature = "push")]
fn url(text: &str) -> Result<Value, Error> {
    tollgate_push::check_url(text)
        .map(|()| Value::Text(text.to_owned()))
        .map_err(|fix| Error::new(ErrorKind::Push, format!(": {fix}")))
}

#[cfg(feature = "push")]
fn interval(text: &str) -> Result<Value, Error> {
    // humantime adds up to what overflows where there is much to add.
    let short = Some(text).filter(|text| text.len() <= 20);
    short
        .and_then(|text| humantime::parse_duration(text).ok())
        .filter(|interval| !interval.is_zero())
        .map(Value::Interval)
        .ok_or_else(|| not("not a time to wait", Accepts::Interval))
}

#[cfg(not(feature = "push"))]
use self::{without_push as interval, without_push as url};

#[cfg(not(feature = "push"))]
fn without_push(_: &str) -> Result<Value, Error> {
    let message = " needs tollgate's feature push: turn it on".to_owned();
    Err(Error::new(ErrorKind::Setting, message))
}

fn address(error: AddressError) -> Error {
    Error::telling(ErrorKind::Setting, format!(": {error}"), error)
}

fn key(error: KeyError) -> Error {
    Error::telling(ErrorKind::MasterKey, format!(": {error}"), error)
}

fn not(what: &str, accepts: Accepts) -> Error {
    let message = format!(" is {what}: use {}", accepts.description());
    Error::new(ErrorKind::Setting, message)
}
