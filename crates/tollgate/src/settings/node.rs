//! A YAML file as a tree of scalars as they are written, each with its line.

use std::{borrow::Cow, collections::HashMap, rc::Rc};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, StrInput, Tag};

/// Levels of nesting, as many as serde_json reads.
const MAX_DEPTH: usize = 128;

/// A node of the tree.
#[derive(Clone)]
pub(super) struct Node<'a> {
    start: Marker,
    tag: Option<Cow<'a, Tag>>,
    content: Content<'a>,
}

#[derive(Clone, PartialEq)]
enum Content<'a> {
    Scalar(Cow<'a, str>, ScalarStyle),
    List(Rc<Vec<Node<'a>>>),
    Section(Rc<Vec<(Node<'a>, Node<'a>)>>),
}

impl<'a> Node<'a> {
    /// Reads the whole text, and returns its first document.
    pub(super) fn first(text: &'a str) -> Result<Option<Self>, ScanError> {
        let mut reader = Reader {
            parser: Parser::new_from_str(text),
            anchors: HashMap::new(),
            depth: 0,
            is_at_end: false,
        };
        let mut first = None;
        while !reader.is_at_end {
            let node = reader.next()?;
            first = first.or(node);
        }
        Ok(first)
    }

    /// The line where it starts, counted from 1.
    pub(super) fn line(&self) -> usize {
        self.start.line()
    }

    /// A scalar as it is written, for `0080` may be a key of the app's.
    pub(super) fn scalar(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(text, _) => Some(text),
            _ => None,
        }
    }

    pub(super) fn list(&self) -> Option<&[Self]> {
        match &self.content {
            Content::List(items) if !self.has_own_tag() => Some(items),
            _ => None,
        }
    }

    pub(super) fn section(&self) -> Option<&[(Self, Self)]> {
        match &self.content {
            Content::Section(entries) if !self.has_own_tag() => Some(entries),
            _ => None,
        }
    }

    /// Whether it begins with a tag that is not YAML's own. A master key that begins with ! and is
    /// not quoted is such a tag: taken for no value, it would leave the metrics open.
    pub(super) fn has_own_tag(&self) -> bool {
        let tag = self.tag.as_ref();
        tag.is_some_and(|tag| !tag.is_yaml_core_schema())
    }

    /// Whether the value is missing, or YAML's null.
    pub(super) fn is_nothing(&self) -> bool {
        match &self.content {
            Content::Scalar(text, ScalarStyle::Plain) => {
                matches!(&**text, "" | "~" | "null" | "Null" | "NULL")
            }
            _ => false,
        }
    }
}

/// Wherever they are.
impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        (&self.tag, &self.content) == (&other.tag, &other.content)
    }
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    anchors: HashMap<usize, Node<'a>>,
    depth: usize,
    is_at_end: bool,
}

impl<'a> Reader<'a> {
    /// Reads the next node, none at the end of a list, a section or a document.
    fn next(&mut self) -> Result<Option<Node<'a>>, ScanError> {
        let Some((event, span)) = self.parser.next_event().transpose()? else {
            self.is_at_end = true;
            return Ok(None);
        };
        if self.depth > MAX_DEPTH {
            return Err(ScanError::new_str(span.start, "nested too deeply"));
        }
        let (content, anchor, tag) = match event {
            Event::Scalar(text, style, anchor, tag) => (Content::Scalar(text, style), anchor, tag),
            Event::SequenceStart(anchor, tag) => (self.list()?, anchor, tag),
            Event::MappingStart(anchor, tag) => (self.section()?, anchor, tag),
            Event::Alias(anchor) => {
                let nothing = Content::Scalar("".into(), ScalarStyle::Plain);
                let node = self.anchors.get(&anchor).cloned();
                // Not there yet inside of its own anchor.
                node.map_or((nothing, 0, None), |node| (node.content, 0, node.tag))
            }
            _ => return Ok(None),
        };
        let start = span.start;
        let node = Node {
            start,
            tag,
            content,
        };
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(Some(node))
    }

    fn list(&mut self) -> Result<Content<'a>, ScanError> {
        let mut items = Vec::new();
        self.depth += 1;
        while let Some(item) = self.next()? {
            items.push(item);
        }
        self.depth -= 1;
        Ok(Content::List(items.into()))
    }

    fn section(&mut self) -> Result<Content<'a>, ScanError> {
        let mut entries: Vec<(Node<'a>, Node<'a>)> = Vec::new();
        self.depth += 1;
        while let Some(key) = self.next()? {
            if entries.iter().any(|(known, _)| *known == key) {
                return Err(ScanError::new_str(key.start, "duplicated key in mapping"));
            }
            let Some(value) = self.next()? else { break };
            entries.push((key, value));
        }
        self.depth -= 1;
        Ok(Content::Section(entries.into()))
    }
}
