//! A value as a source gives it, before it is parsed.

use super::{origin::Origin, table::Accepts};

/// Text in place of a secret.
pub(super) const MASK: &str = "***";

/// A value that a source gives.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) origin: Origin,
    /// The text as it was given, none where it is no text.
    pub(super) written: Option<String>,
    /// The text to parse, or the end of the message that refuses it.
    pub(super) text: Result<String, String>,
}

impl Found {
    /// A value that is parsed as it is written, but for white space at its end.
    pub(super) fn text(origin: Origin, text: String) -> Self {
        Self {
            origin,
            text: Ok(text.trim_end().to_owned()),
            written: Some(text),
        }
    }

    /// Returns the variable, if Kubernetes has set it: a service `coder` is linked as
    /// `CODER_PORT=tcp://10.0.48.109:8080`.
    pub(super) fn service_link(&self) -> Option<&str> {
        let Origin::Variable(name, _) = &self.origin else {
            return None;
        };
        let (protocol, _) = self.text.as_ref().ok()?.split_once("://")?;
        let is_link = name.ends_with("_PORT") && ["tcp", "udp", "sctp"].contains(&protocol);
        is_link.then_some(name)
    }

    /// The value and its origin, for messages.
    pub(super) fn given(&self, accepts: Accepts, secrets: &Secrets) -> String {
        let value = match &self.written {
            _ if accepts.is_secret() => MASK.to_owned(),
            Some(written) if secrets.are_in(written) => MASK.to_owned(),
            Some(written) => format!("{written:?}"),
            None => "the value".to_owned(),
        };
        self.origin.given(&value)
    }

    /// Whether the parsed text shows more than the written one, or a secret.
    pub(super) fn is_veiled(&self, secrets: &Secrets) -> bool {
        let written = self.written.as_ref();
        self.text.as_deref().ok() != written.map(|text| text.trim_end())
            || written.is_some_and(|text| secrets.are_in(text))
    }
}

/// The secrets that any source gives. No message shows one, not even as the value of a setting that
/// it was given to by mistake.
#[derive(Default)]
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    pub(super) fn add(&mut self, secret: &str) {
        if !secret.is_empty() {
            self.0.push(secret.to_owned());
        }
    }

    /// Adds the secret part of a value, which may be wrong.
    pub(super) fn add_of(&mut self, accepts: Accepts, found: &Found) {
        for text in found.text.iter().chain(&found.written) {
            match accepts {
                Accepts::MasterKey => self.add(text),
                Accepts::Url => self.add_of_url(text),
                Accepts::Address if !text.starts_with("unix:") => self.add_of_url(text),
                // A URL in a wrong place.
                _ if text.contains("://") => self.add_of_url(text),
                _ => {}
            }
        }
    }

    /// Adds the credentials and the query of a URL, well-formed or not.
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
