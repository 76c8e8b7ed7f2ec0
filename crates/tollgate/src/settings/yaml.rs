//! The settings in a YAML file.

use std::{path::Path, sync::Arc};

use super::{
    found::Found,
    key::Key,
    node::{Content, Node},
    origin::{Line, Origin},
    table::{Accepts, ENDPOINT, TABLE},
};
use crate::Error;

/// The section that has a section for each endpoint.
const MANAGEMENT: &str = "management";

const EXAMPLE: &str = "metrics: { enabled: true }";

/// Reads the settings in the text of a file. Sections that are not tollgate's are the app's.
///
/// Adds each error to `wrong`, without a value: it may be a secret that is indented badly.
pub(super) fn read(path: &Path, text: &str, wrong: &mut Vec<Error>) -> Vec<(Key, Found)> {
    let mut reader = Reader {
        path: path.into(),
        found: Vec::new(),
        wrong,
    };
    match Node::first(text) {
        Ok(Some(document)) => reader.document(&document),
        Ok(None) => {}
        Err(e) => {
            // Behind a colon it may quote the file.
            let problem = e.info().split(':').next().unwrap_or_default();
            reader.refuse(e.marker().line(), &format!("is not YAML: {problem}"));
        }
    }
    reader.found
}

struct Reader<'a> {
    path: Arc<Path>,
    found: Vec<(Key, Found)>,
    wrong: &'a mut Vec<Error>,
}

impl Reader<'_> {
    fn document(&mut self, document: &Node<'_>) {
        let Some(sections) = document.section() else {
            if !document.is_nothing() {
                let problem = format!("holds no sections: write one such as {EXAMPLE}");
                self.refuse(document.line(), &problem);
            }
            return;
        };
        for (name, section) in sections {
            let Some(text) = name.scalar() else { continue };
            if let (Some(_), Some((section, key))) = (Key::of_place(text), text.split_once('.')) {
                let problem = format!("has {text} in one word: write {section}: {{ {key}: … }}");
                self.refuse(name.line(), &problem);
            }
            let mut ours = TABLE.iter().filter_map(|row| row.yaml.split_once('.'));
            if !ours.any(|(ours, _)| ours == text) || section.is_nothing() {
                continue;
            }
            let Some(entries) = section.section() else {
                let problem = format!("{text} is no section: write one such as {EXAMPLE}");
                self.refuse(name.line(), &problem);
                continue;
            };
            for (key, value) in entries {
                self.entry(text, key, value);
            }
        }
    }

    fn entry(&mut self, section: &str, key: &Node<'_>, value: &Node<'_>) {
        let Some(name) = key.scalar() else {
            let problem = format!("{section} has a key that is no text: write one as a word");
            return self.refuse(key.line(), &problem);
        };
        let place = format!("{section}.{name}");
        let Some(setting) = Key::of_place(&place) else {
            let entries = value.section();
            if section == MANAGEMENT && (entries.is_some() || value.is_nothing()) {
                for (key, value) in entries.into_iter().flatten() {
                    self.entry(&place, key, value);
                }
                return;
            }
            let nearest = nearest(&place);
            let problem = format!("{place:?} is not a setting: did you mean {nearest}?");
            return self.refuse(key.line(), &problem);
        };
        if self.found.iter().any(|(earlier, _)| *earlier == setting) {
            let problem = format!("{place} is there twice: write it once");
            return self.refuse(key.line(), &problem);
        }
        if !value.is_nothing() {
            let text = written(&setting, value);
            let found = Found {
                origin: Origin::File(self.line(value.line())),
                written: text.clone().ok(),
                text,
            };
            self.found.push((setting, found));
        }
    }

    fn line(&self, number: usize) -> Line {
        Line {
            path: Arc::clone(&self.path),
            number,
        }
    }

    fn refuse(&mut self, line: usize, problem: &str) {
        let message = format!("{}: {problem}", self.line(line));
        self.wrong.push(Error::new(message));
    }
}

fn nearest(place: &str) -> String {
    let below = place.split_once('.').map(|(_, below)| below);
    let endpoint = below.and_then(|below| below.rsplit_once('.'));
    let endpoint = endpoint.map_or(ENDPOINT, |(endpoint, _)| endpoint);
    let known = TABLE.iter().map(|row| row.yaml.replace(ENDPOINT, endpoint));
    let nearest = known.min_by_key(|known| strsim::damerau_levenshtein(place, known));
    nearest.unwrap_or_default()
}

/// Returns the text of a value, or the end of the message that refuses it.
fn written(key: &Key, value: &Node<'_>) -> Result<String, String> {
    let refused = match &value.content {
        Content::Scalar(text, _) => return Ok(text.clone().into_owned()),
        Content::List(items) => match key.id.setting().accepts {
            Accepts::Bounds | Accepts::Names => {
                let items: Option<Vec<_>> = items.iter().map(Node::scalar).collect();
                match items {
                    Some(items) => return Ok(items.join(", ")),
                    None => " has an item that is no single value: write it in full",
                }
            }
            _ => " is a list: write one value",
        },
        Content::Section(_) => " is a section: write one value",
        Content::Tagged(_) => " begins with !, which is a tag in YAML: write it in quotes",
    };
    Err(refused.to_owned())
}
