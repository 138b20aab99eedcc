//! An object's members, gathered, and what they make: a node, a value, a list or a set (JSON-LD API §5.1.2 steps 15 to 18).

use std::sync::Arc;

use crate::base::canonical::Json;
use crate::interop::rdfc::expanded::{Expanded, Item, Node};
use crate::interop::rdfc::iri::{Keyword, is_blank};
use crate::interop::rdfc::literal;
use crate::interop::rdfc::quad::Term;
use crate::interop::rdfc::refused::{Place, Refused};

/// What an object holds.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub id: Option<Arc<str>>,
    pub types: Vec<Arc<str>>,
    /// A type is `@json`.
    pub is_json: bool,
    pub value: Option<Json>,
    pub language: Option<String>,
    pub direction: Option<String>,
    pub graph: Option<Vec<Item>>,
    pub list: Option<Vec<Item>>,
    pub set: Option<Vec<Item>>,
    properties: Vec<(Arc<str>, Vec<Item>)>,
    reverse: Vec<(Arc<str>, Vec<Node>)>,
    keywords: Vec<Keyword>,
}

impl Gathered {
    /// Notes a keyword; but for `@type`, each may stand there once (§5.1.2 step 13.4.2).
    pub fn keyword(&mut self, keyword: Keyword, place: &Place) -> Result<(), Refused> {
        let collides = keyword != Keyword::Type && self.keywords.contains(&keyword);
        if collides || (keyword == Keyword::Reverse && !self.reverse.is_empty()) {
            return Err(place.malformed());
        }
        if !self.keywords.contains(&keyword) {
            self.keywords.push(keyword);
        }
        Ok(())
    }

    pub fn property(&mut self, name: Arc<str>, items: Vec<Item>) {
        self.properties.push((name, items));
    }

    /// Values that have this node as theirs: nodes alone can.
    pub fn reverse(&mut self, name: Arc<str>, items: Vec<Item>, place: &Place) -> Result<(), Refused> {
        let nodes = items.into_iter().map(|item| match item {
            Item::Node(node) => Ok(node),
            Item::List(_) | Item::Literal(_) => Err(place.malformed()),
        });
        self.reverse.push((name, nodes.collect::<Result<_, _>>()?));
        Ok(())
    }

    /// Steps 15 to 18.
    pub fn finish(self, place: &Place) -> Result<Expanded, Refused> {
        let has_properties = !self.properties.is_empty() || !self.reverse.is_empty();
        let Gathered { keywords, .. } = &self;
        let only = |allowed: &[Keyword]| !has_properties && keywords.iter().all(|word| allowed.contains(word));
        if self.value.is_some() {
            if !only(&[Keyword::Value, Keyword::Type, Keyword::Language, Keyword::Direction]) {
                return Err(place.malformed());
            }
            return self.literal(place).map(|literal| Expanded::One(Item::Literal(literal)));
        }
        if (self.list.is_some() && !only(&[Keyword::List])) || (self.set.is_some() && !only(&[Keyword::Set])) {
            return Err(place.malformed());
        }
        if let Some(list) = self.list {
            return Ok(Expanded::One(Item::List(list)));
        }
        if let Some(set) = self.set {
            return Ok(Expanded::Many(set));
        }
        // A language says nothing about a node; `@json` is a type of values alone.
        if self.language.is_some() || self.direction.is_some() || self.is_json {
            return Err(place.dropped());
        }
        Ok(Expanded::One(Item::Node(Node {
            id: self.id,
            types: self.types,
            graph: self.graph,
            properties: self.properties,
            reverse: self.reverse,
        })))
    }

    /// Step 15, and §8.2.2.
    fn literal(self, place: &Place) -> Result<Term, Refused> {
        let Some(value) = self.value else { return Err(place.malformed()) };
        if self.is_json {
            if !self.types.is_empty() || self.language.is_some() || self.direction.is_some() {
                return Err(place.malformed());
            }
            return literal::json(&value).ok_or_else(|| place.malformed());
        }
        if let Some(direction) = self.direction {
            return match (value, self.types.as_slice()) {
                (Json::Text(text), []) => Ok(literal::directed(&text, self.language.as_deref(), &direction)),
                _ => Err(place.malformed()),
            };
        }
        let made = match (value, self.language, self.types.as_slice()) {
            (Json::List(_) | Json::Object(_), ..) => return Err(place.malformed()),
            (Json::Text(text), Some(language), []) => Some(literal::in_language(&text, &language)),
            (_, Some(_), _) => return Err(place.malformed()),
            (value, None, []) => literal::plain(&value, None),
            (value, None, [datatype]) if !is_blank(datatype) => literal::plain(&value, Some(datatype)),
            (_, None, _) => return Err(place.malformed()),
        };
        made.ok_or_else(|| place.dropped())
    }
}
