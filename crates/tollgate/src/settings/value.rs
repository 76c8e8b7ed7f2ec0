//! Values of settings, parsed from text.

#[cfg(feature = "push")]
use std::time::Duration;
use std::{error::Error as StdError, fmt, ops::RangeInclusive};

use serde_json::Value as Json;
use tollgate_auth::MasterKeys;
use tollgate_axum::MetricsPath;
use tollgate_families::check::metric_name;

use super::table::{Accepts, Id};
use crate::{
    Address, Error,
    listeners::{port, port_range},
};

/// The most bounds that the recorder takes.
const MAX_BOUNDS: usize = 512;

/// A value that was accepted.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Switch(bool),
    Text(String),
    Address(Address),
    PortRange(RangeInclusive<u16>),
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
        if let Some(control) = text.chars().find(|character| character.is_control()) {
            return Err(Error::new(format!(" holds {control:?}: remove it")));
        }
        let owned = || text.to_owned();
        let parsed = match accepts {
            Accepts::Text => Ok(Self::Text(owned())),
            Accepts::Names => Ok(Self::Names(items(text).map(str::to_owned).collect())),
            Accepts::Switch => switch(text),
            Accepts::BasePath => base_path(text),
            Accepts::Name => name(text),
            Accepts::Bounds => bounds(text),
            Accepts::Port => port(text).map(Self::Port).ok_or("not a port"),
            #[cfg(feature = "push")]
            Accepts::Interval => interval(text),
            #[cfg(feature = "push")]
            Accepts::Url => {
                let checked = tollgate_push::check_url(text).map(|()| Self::Text(owned()));
                return checked.map_err(|fix| Error::new(format!(": {fix}")));
            }
            #[cfg(not(feature = "push"))]
            Accepts::Interval | Accepts::Url => {
                let message = " needs tollgate's feature push: turn it on";
                return Err(Error::new(message.to_owned()));
            }
            Accepts::Endpoint => {
                text.parse::<MetricsPath>().map_err(refused)?;
                Ok(Self::Text(owned()))
            }
            Accepts::Address => Ok(Self::Address(text.parse().map_err(refused)?)),
            Accepts::PortRange => Ok(Self::PortRange(port_range::range(text).map_err(refused)?)),
            Accepts::MasterKey => {
                let variable = Id::MasterKey.setting().variables[0];
                let keys = MasterKeys::named(variable, text).map_err(refused)?;
                Ok(Self::MasterKey(keys))
            }
            Accepts::MasterKeyFile => {
                let keys = MasterKeys::from_file(text).map_err(refused)?;
                let path = owned();
                Ok(Self::MasterKeyFile { path, keys })
            }
        };
        parsed.map_err(|what| Error::new(format!(" is {what}: use {}", accepts.description())))
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
            Self::PortRange(ports) => f.write_str(&port_range::shown(ports)),
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

fn refused(error: impl StdError + Send + Sync + 'static) -> Error {
    Error::telling(format!(": {error}"), error)
}

/// A value, or the problem of its text.
type Parsed = Result<Value, &'static str>;

fn switch(text: &str) -> Parsed {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(Value::Switch(true)),
        "false" | "0" | "no" | "off" => Ok(Value::Switch(false)),
        _ => Err("neither true nor false"),
    }
}

/// Drops a slash at the end.
fn base_path(text: &str) -> Parsed {
    let path = text.strip_suffix('/').unwrap_or(text);
    if text != "/" && path.parse::<MetricsPath>().is_err() {
        return Err("not a path that others can be below");
    }
    let path = if path.is_empty() { text } else { path };
    Ok(Value::Text(path.to_owned()))
}

fn name(text: &str) -> Parsed {
    if text.contains(':') || metric_name(text).is_err() {
        return Err("not what names of metrics begin with");
    }
    Ok(Value::Text(text.to_owned()))
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' ']).filter(|item| !item.is_empty())
}

fn bounds(text: &str) -> Parsed {
    let finite = |item: &str| item.parse().ok().filter(|bound: &f64| bound.is_finite());
    let bounds: Option<Vec<_>> = items(text).map(finite).collect();
    let bounds = bounds.ok_or("not a list of numbers")?;
    if bounds.is_empty() || bounds.len() > MAX_BOUNDS {
        return Err("too short or too long a list");
    }
    if !bounds.is_sorted_by(|a, b| a < b) {
        return Err("not in order, or names a bound twice");
    }
    Ok(Value::Bounds(bounds))
}

#[cfg(feature = "push")]
fn interval(text: &str) -> Parsed {
    // humantime's sum overflows where there is much to add.
    let short = Some(text).filter(|text| text.len() <= 20);
    let interval = short.and_then(|text| humantime::parse_duration(text).ok());
    let interval = interval.filter(|interval| !interval.is_zero());
    interval.map(Value::Interval).ok_or("not a time to wait")
}
