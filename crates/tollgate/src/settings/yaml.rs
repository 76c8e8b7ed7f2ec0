//! The settings file, as YAML.

use std::{path::Path, sync::Arc};

use saphyr::{LoadableYamlNode, MarkedYaml, ScalarStyle, ScanError, YamlData, YamlLoader};
use saphyr_parser::Parser;

use super::{
    access::{AccessKey, Aspect, SECTION},
    file::{InFile, Key},
    origin::{Line, Origin},
    table::{Accepts, Setting, TABLE},
};
use crate::{Error, ErrorKind};

/// Reads the settings in the text of a file. Sections that are not ours are the app's.
///
/// What is wrong is added to `wrong`, without a value: it may be a secret that is indented badly.
pub(super) fn read(path: &Path, text: &str, wrong: &mut Vec<Error>) -> Vec<InFile> {
    let file = File { path: path.into() };
    let document = match first_document(text) {
        Ok(document) => document,
        Err(e) => {
            // After a colon it may quote the file.
            let problem = e.info().split(':').next().unwrap_or_default();
            wrong.push(file.error(e.marker().line(), &format!("is not YAML: {problem}")));
            return Vec::new();
        }
    };
    let Some(document) = document else {
        return Vec::new();
    };
    let Some(sections) = document.data.as_mapping() else {
        if !is_nothing(&document) {
            let problem = format!("holds no sections: write one such as {EXAMPLE}");
            wrong.push(file.error(document.span.start.line(), &problem));
        }
        return Vec::new();
    };

    let mut found = Vec::new();
    for (name, section) in sections {
        let Some(name_text) = scalar(name) else {
            continue;
        };
        let line = name.span.start.line();
        if let (Some(_), Some((section, key))) = (key_of(name_text), name_text.split_once('.')) {
            let problem = format!("has {name_text} in one word: write {section}: {{ {key}: … }}");
            wrong.push(file.error(line, &problem));
        }
        if !TABLE.iter().any(|setting| section_of(setting) == name_text) || is_nothing(section) {
            continue;
        }
        if let Some(keys) = section.data.as_mapping() {
            for (key, value) in keys {
                file.read(name_text, key, value, &mut found, wrong);
            }
        } else {
            let problem = format!("{name_text} is no section: write one such as {EXAMPLE}");
            wrong.push(file.error(line, &problem));
        }
    }
    found
}

const EXAMPLE: &str = "metrics: { enabled: true }";

struct File {
    path: Arc<Path>,
}

impl File {
    fn read(
        &self,
        section: &str,
        key: &MarkedYaml<'_>,
        value: &MarkedYaml<'_>,
        found: &mut Vec<InFile>,
        wrong: &mut Vec<Error>,
    ) {
        let line = key.span.start.line();
        let Some(name) = scalar(key) else {
            let problem = format!("{section} has a key that is no text: write one as a word");
            return wrong.push(self.error(line, &problem));
        };
        let full = format!("{section}.{name}");
        let Some(key) = key_of(&full) else {
            let keys = value.data.as_mapping();
            if section == SECTION && (keys.is_some() || is_nothing(value)) {
                for (key, value) in keys.into_iter().flatten() {
                    self.read(&full, key, value, found, wrong);
                }
                return;
            }
            let nearest = nearest(&full);
            let problem = format!("{full:?} is not a setting: did you mean {nearest}?");
            return wrong.push(self.error(line, &problem));
        };
        if found.iter().any(|earlier| earlier.key == key) {
            let problem = format!("{full} is there twice: write it once");
            return wrong.push(self.error(line, &problem));
        }
        if !is_nothing(value) || has_own_tag(value) {
            found.push(InFile {
                written: written(&key, value),
                origin: Origin::File(self.line(value.span.start.line())),
                key,
            });
        }
    }

    fn line(&self, number: usize) -> Line {
        Line {
            path: Arc::clone(&self.path),
            number,
        }
    }

    fn error(&self, line: usize, problem: &str) -> Error {
        let message = format!("{}: {problem}", self.line(line));
        Error::new(ErrorKind::Setting, message)
    }
}

/// The first document with its scalars as they are written, for a key may look like a number.
fn first_document(text: &str) -> Result<Option<MarkedYaml<'_>>, ScanError> {
    let mut loader = YamlLoader::default();
    loader.early_parse(false);
    Parser::new_from_str(text).load(&mut loader, true)?;
    if let Some(e) = loader.error() {
        return Err(e.clone());
    }
    Ok(loader.into_documents().into_iter().next())
}

fn section_of(setting: &Setting) -> &'static str {
    let section = setting.yaml.split('.').next();
    section.unwrap_or_default()
}

/// The setting at a place in the file.
fn key_of(place: &str) -> Option<Key> {
    let setting = TABLE.iter().find(|setting| setting.yaml == place);
    let setting = setting.map(|setting| Key::Setting(setting.id));
    setting.or_else(|| AccessKey::of_place(place).map(Key::Access))
}

fn nearest(place: &str) -> String {
    let settings = TABLE.iter().map(|setting| setting.yaml.to_owned());
    let endpoint = place
        .rsplit_once('.')
        .filter(|(endpoint, _)| endpoint.contains('.'));
    let aspects = Aspect::ALL.into_iter().filter_map(|aspect| {
        let (endpoint, _) = endpoint?;
        Some(format!("{endpoint}.{}", aspect.name()))
    });
    let distance = |known: &String| strsim::damerau_levenshtein(place, known);
    let nearest = settings.chain(aspects).min_by_key(distance);
    nearest.unwrap_or_default()
}

fn written(key: &Key, value: &MarkedYaml<'_>) -> Result<String, String> {
    if has_own_tag(value) {
        return Err(" begins with !, which is a tag in YAML: write it in quotes".to_owned());
    }
    if let Some(text) = scalar(value) {
        return Ok(text.to_owned());
    }
    match value.data.as_vec() {
        Some(list) if is_list(key) => list
            .iter()
            .map(scalar)
            .collect::<Option<Vec<_>>>()
            .map(|list| list.join(", "))
            .ok_or_else(|| " has an item that is no single value: write it in full".to_owned()),
        Some(_) => Err(" is a list: write one value".to_owned()),
        None => Err(" is a section: write one value".to_owned()),
    }
}

fn is_list(key: &Key) -> bool {
    matches!(key, Key::Setting(id) if matches!(id.setting().accepts, Accepts::Bounds | Accepts::Names))
}

fn scalar<'a>(node: &'a MarkedYaml<'_>) -> Option<&'a str> {
    match &node.data {
        YamlData::Representation(text, ..) => Some(text),
        _ => None,
    }
}

/// Whether it begins with a tag that is not YAML's own. A key that begins with ! and is not quoted is
/// such a tag and nothing else: taken for no value, it would leave the metrics open.
fn has_own_tag(node: &MarkedYaml<'_>) -> bool {
    matches!(&node.data, YamlData::Representation(.., Some(tag)) if !tag.is_yaml_core_schema())
}

/// What is there as a key alone, or as YAML's null.
fn is_nothing(node: &MarkedYaml<'_>) -> bool {
    match &node.data {
        YamlData::Representation(text, ScalarStyle::Plain, _) => {
            matches!(&**text, "" | "~" | "null" | "Null" | "NULL")
        }
        YamlData::BadValue => true,
        _ => node.is_badvalue(),
    }
}
