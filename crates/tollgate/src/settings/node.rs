//! A YAML file as a tree of scalars as they are written, each with its line.

use std::{borrow::Cow, collections::HashMap, rc::Rc};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, StrInput, Tag};

/// Levels of nesting, as many as `serde_json` reads.
const MAX_DEPTH: usize = 128;

/// A node of the tree.
#[derive(Clone)]
pub(super) struct Node<'a> {
    start: Marker,
    pub(super) content: Content<'a>,
}

#[derive(Clone, PartialEq)]
pub(super) enum Content<'a> {
    /// As it is written, for `0080` may be a name.
    Scalar(Cow<'a, str>, ScalarStyle),
    List(Rc<Vec<Node<'a>>>),
    Section(Rc<Vec<(Node<'a>, Node<'a>)>>),
    /// Begins with a tag that is not YAML's own. A master key that begins with ! and is not quoted
    /// is such a tag: taken for no value, it would leave the metrics open.
    Tagged(Marker),
}

impl<'a> Node<'a> {
    /// Reads the whole text, and returns its first document.
    pub(super) fn first(text: &'a str) -> Result<Option<Self>, ScanError> {
        let mut reader = Reader {
            parser: Parser::new_from_str(text),
            anchors: HashMap::new(),
            depth: 0,
        };
        let mut first = None;
        while let Some(event) = reader.parser.next_event() {
            let (event, span) = event?;
            first = first.or(reader.node(event, span.start)?);
        }
        Ok(first)
    }

    /// The line where it starts, counted from 1.
    pub(super) fn line(&self) -> usize {
        self.start.line()
    }

    pub(super) fn scalar(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(text, _) => Some(text),
            _ => None,
        }
    }

    pub(super) fn section(&self) -> Option<&[(Self, Self)]> {
        match &self.content {
            Content::Section(entries) => Some(entries),
            _ => None,
        }
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

/// Compares the contents, wherever they are.
impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.content == other.content
    }
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    anchors: HashMap<usize, Content<'a>>,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// Reads the node that starts with this event; none does at the end of a list or a section.
    fn node(&mut self, event: Event<'a>, start: Marker) -> Result<Option<Node<'a>>, ScanError> {
        let (content, anchor, tag) = match event {
            Event::Scalar(text, style, anchor, tag) => (Content::Scalar(text, style), anchor, tag),
            Event::SequenceStart(anchor, tag) => (Content::List(self.nodes()?.into()), anchor, tag),
            Event::MappingStart(anchor, tag) => (self.section()?, anchor, tag),
            Event::Alias(anchor) => {
                let content = self.anchors.get(&anchor).cloned();
                // An alias inside of its own anchor is nothing.
                let nothing = || Content::Scalar("".into(), ScalarStyle::Plain);
                (content.unwrap_or_else(nothing), anchor, None)
            }
            _ => return Ok(None),
        };
        let is_own = |tag: Cow<'_, Tag>| !tag.is_yaml_core_schema();
        let content = if tag.is_some_and(is_own) {
            Content::Tagged(start)
        } else {
            content
        };
        if anchor > 0 {
            self.anchors.insert(anchor, content.clone());
        }
        Ok(Some(Node { start, content }))
    }

    /// Reads all nodes up to the end of a list or a section.
    fn nodes(&mut self) -> Result<Vec<Node<'a>>, ScanError> {
        let mut nodes = Vec::new();
        self.depth += 1;
        while let Some((event, span)) = self.parser.next_event().transpose()? {
            if self.depth > MAX_DEPTH {
                return Err(ScanError::new_str(span.start, "nested too deeply"));
            }
            match self.node(event, span.start)? {
                Some(node) => nodes.push(node),
                None => break,
            }
        }
        self.depth -= 1;
        Ok(nodes)
    }

    fn section(&mut self) -> Result<Content<'a>, ScanError> {
        let mut entries: Vec<(Node<'a>, Node<'a>)> = Vec::new();
        let mut nodes = self.nodes()?.into_iter();
        while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
            if entries.iter().any(|(known, _)| *known == key) {
                return Err(ScanError::new_str(key.start, "duplicated key in mapping"));
            }
            entries.push((key, value));
        }
        Ok(Content::Section(entries.into()))
    }
}
