//! A value as it was found, before it is read.

use super::{origin::Origin, table::Accepts, value::Value};
use crate::{Error, ErrorKind};

/// A value as a layer has it.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) origin: Origin,
    /// As it was given, none where it is no text.
    pub(super) written: Option<String>,
    /// With its variables expanded, or what is wrong with it, to go on after the value.
    pub(super) text: Result<String, String>,
}

impl Found {
    pub(super) fn new(origin: Origin, text: String) -> Self {
        Self {
            origin,
            written: Some(text.clone()),
            text: Ok(text),
        }
    }

    /// Reads it, or says in one line what is wrong with it.
    pub(super) fn read(
        &self,
        name: &str,
        accepts: Accepts,
        secrets: &Secrets,
    ) -> Result<Value, Error> {
        let given = self.given(accepts, secrets);
        let refused = |problem: &str| format!("{name}: {given}{problem}");
        let text = self.text.as_ref().map_err(|problem| {
            let kind = if accepts.is_secret() {
                ErrorKind::MasterKey
            } else {
                ErrorKind::Setting
            };
            Error::new(kind, refused(problem))
        })?;
        Value::read(accepts, text).map_err(|error| {
            // What is wrong may be told by repeating the value.
            let is_told_without = accepts.is_secret() || accepts == Accepts::Url;
            let message = if is_told_without || !self.is_veiled(secrets) {
                refused(&error.to_string())
            } else {
                let accepted = accepts.description();
                refused(&format!(" is not accepted: use {accepted}"))
            };
            error.with_message(message)
        })
    }

    /// The value and where it was given, for messages.
    pub(super) fn given(&self, accepts: Accepts, secrets: &Secrets) -> String {
        let value = match &self.written {
            _ if accepts.is_secret() => "***".to_owned(),
            Some(written) if secrets.are_in(written) => "***".to_owned(),
            Some(written) => format!("{written:?}"),
            None => "the value".to_owned(),
        };
        self.origin.given(&value)
    }

    /// Whether what was read shows more than what was written, or a secret.
    fn is_veiled(&self, secrets: &Secrets) -> bool {
        let written = self.written.as_ref();
        self.text.as_ref().ok() != written || written.is_some_and(|written| secrets.are_in(written))
    }
}

/// The values of all secrets that were found, wherever they are in force: none of them is shown,
/// where a user has put one by mistake either.
#[derive(Default)]
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    pub(super) fn add(&mut self, secret: &str) {
        if !secret.is_empty() {
            self.0.push(secret.to_owned());
        }
    }

    /// What is secret in a value, a wrong one too.
    pub(super) fn add_of(&mut self, accepts: Accepts, text: &str) {
        match accepts {
            Accepts::MasterKey => self.add(text),
            Accepts::Url => self.add_of_url(text),
            Accepts::Address if !text.starts_with("unix:") => self.add_of_url(text),
            // A URL in a wrong place.
            _ if text.contains("://") => self.add_of_url(text),
            _ => {}
        }
    }

    /// The credentials in a URL, well-formed or not, and its query.
    fn add_of_url(&mut self, url: &str) {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        if let Some((credentials, _)) = rest.rsplit_once('@') {
            self.add(credentials);
        }
        if let Some((_, query)) = rest.split_once(['?', '#']) {
            self.add(query);
        }
    }

    pub(super) fn are_in(&self, text: &str) -> bool {
        self.0.iter().any(|secret| text.contains(secret.as_str()))
    }
}
