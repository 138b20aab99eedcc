//! Expansion, JSON-LD API §5.1.2, in safe mode: nothing is left out without being refused.
//!
//! Off-spec, each because it would not be signed or is not read alike: `@index` and a `@direction` of a context are refused, as RDF has no place for
//! them; `@included`, `@type` maps, and graphs by name or index, since no credential needs them; a number or a text whose literal would
//! say less than the JSON.

use std::sync::Arc;

use crate::base::canonical::{Json, Object};
use crate::interop::rdfc::context::{Active, Manner, Processor};
use crate::interop::rdfc::contexts::Contexts;
use crate::interop::rdfc::define::{Coercion, Definition};
use crate::interop::rdfc::expanded::{Expanded, Item, Node};
use crate::interop::rdfc::iri::{Keyword, Name, is_blank, is_language};
use crate::interop::rdfc::literal;
use crate::interop::rdfc::refused::{Place, Refused};
use crate::interop::rdfc::value::Gathered;

/// 65,536 values of one document; a file of 256 KiB of credentials holds 8,000.
const VALUES: usize = 65_536;

/// The document's nodes.
pub(super) fn expand(document: &Object, contexts: &Contexts) -> Result<Node, Refused> {
    let processor = Processor::new(contexts);
    let active = processor.initial();
    let mut expander = Expander { processor, values: VALUES };
    let place = Place::top();
    let at = At { property: None, from_map: false, in_list: false };
    match expander.object(&active, at, document, &place)? {
        Expanded::One(Item::Node(node)) => Ok(node),
        _ => Err(place.dropped()),
    }
}

pub(super) struct Expander<'a> {
    pub(super) processor: Processor<'a>,
    values: usize,
}

/// Where an element stands.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    /// The member it is the value of, `None` at the top.
    pub property: Option<&'a str>,
    /// Whether that is a map, whose keys are no terms.
    pub from_map: bool,
    /// Whether it is the value of an `@list`.
    pub in_list: bool,
}

impl Expander<'_> {
    /// One value more.
    pub(super) fn count(&mut self) -> Result<(), Refused> {
        self.values = self.values.checked_sub(1).ok_or(Refused::TooMuchWork)?;
        Ok(())
    }

    /// §5.1.2 for anything.
    pub(super) fn element(
        &mut self,
        active: &Active,
        at: At,
        element: &Json,
        place: &Place,
    ) -> Result<Expanded, Refused> {
        match element {
            // 1
            Json::Null => Ok(Expanded::Nothing),
            Json::List(list) => self.array(active, at, list, place),
            Json::Object(object) => self.object(active, at, object, place),
            scalar => self.scalar(active, at.property, scalar, place).map(Expanded::One),
        }
    }

    /// Step 4, and §5.3.2, Value Expansion.
    pub(super) fn scalar(
        &mut self,
        active: &Active,
        property: Option<&str>,
        scalar: &Json,
        place: &Place,
    ) -> Result<Item, Refused> {
        self.count()?;
        // 4.1: free-floating
        let Some(property) = property else { return Err(place.dropped()) };
        let definition = active.definition(Some(property)).map(|definition| &**definition);
        let target = definition.map_or_else(|| active.core.expand(property, true), |found| found.target.clone());
        if matches!(target, Name::Keyword(_)) {
            return Err(place.dropped());
        }
        let coercion = definition.and_then(|definition| definition.coercion.as_ref());
        let made = match (coercion, scalar) {
            // §5.3.2 steps 1 and 2
            (Some(Coercion::Id | Coercion::Vocab), Json::Text(text)) => {
                let vocab = coercion == Some(&Coercion::Vocab);
                return match active.core.expand(text, vocab) {
                    Name::Iri(iri) => Ok(Item::Node(Node::reference(iri))),
                    _ => Err(place.dropped()),
                };
            }
            // 4
            (Some(Coercion::Datatype(datatype)), _) => literal::plain(scalar, Some(datatype)),
            // A JSON literal is taken as a whole, before this.
            (Some(Coercion::Json), _) => return Err(place.unsupported()),
            // 5
            (_, Json::Text(text)) => match language_of(active, definition) {
                Some(language) => Some(literal::in_language(text, language)),
                None => literal::plain(scalar, None),
            },
            _ => literal::plain(scalar, None),
        };
        made.map(Item::Literal).ok_or_else(|| place.dropped())
    }

    /// Step 5.
    pub(super) fn array(&mut self, active: &Active, at: At, list: &[Json], place: &Place) -> Result<Expanded, Refused> {
        let lists = active.definition(at.property).is_some_and(|definition| definition.containers.list);
        let mut items = Vec::with_capacity(list.len());
        for (position, entry) in list.iter().enumerate() {
            let here = place.entry(position)?;
            match self.element(active, At { in_list: false, ..at }, entry, &here)? {
                // 5.2.2
                Expanded::Many(inner) if lists => items.push(Item::List(inner)),
                // Arrays and sets within an `@list` are lists to some, and no arrays to others.
                Expanded::Many(_) if at.in_list => return Err(here.unsupported()),
                Expanded::Many(inner) => items.extend(inner),
                Expanded::Nothing => {}
                Expanded::One(item) => items.push(item),
            }
        }
        Ok(Expanded::Many(items))
    }

    /// Steps 6 to 19.
    fn object(&mut self, outer: &Active, at: At, object: &Object, place: &Place) -> Result<Expanded, Refused> {
        self.count()?;
        let is_graph =
            at.property.is_some_and(|property| active_name(outer, property) == Name::Keyword(Keyword::Graph));
        // 3 and 7, 8
        let scope = outer.definition(at.property).and_then(|definition| definition.context.clone());
        let mut active = self.left_type_scope(outer, at, object, place)?;
        if let Some(local) = &scope {
            active = self.processor.apply(&active, local, Manner::PROPERTY, place)?;
        }
        // 9
        if let Some(written) = object.get("@context") {
            active = self.processor.apply_written(&active, written, &place.member("@context")?)?;
        }
        // 10, 11
        let before_types = active.clone();
        self.enter_type_scopes(&before_types, &mut active, object, place)?;
        let mut gathered = Gathered::default();
        let scopes = Scopes { active: &active, before_types: &before_types };
        self.members(scopes, at, object, &mut gathered, place)?;
        let expanded = gathered.finish(place)?;
        // 19: what stands alone is left out, unless it says something
        let is_in_graph = active.definition(at.property).is_some_and(|definition| definition.containers.graph);
        if !at.in_list && (at.property.is_none() || is_graph || is_in_graph) {
            let stands = match &expanded {
                Expanded::One(item) => stands_alone(item),
                _ => true,
            };
            if !stands {
                return Err(place.dropped());
            }
        }
        Ok(expanded)
    }

    /// Step 7: the context of a type ends with its node, but not for a value or a mere reference.
    fn left_type_scope(&mut self, outer: &Active, at: At, object: &Object, place: &Place) -> Result<Active, Refused> {
        if outer.previous.is_none() || at.from_map {
            return Ok(outer.clone());
        }
        let mut names = object.iter().map(|(name, _)| active_name(outer, name));
        if names.any(|name| name == Name::Keyword(Keyword::Value)) {
            // With an own context, or much else, some processors revert.
            if object.get("@context").is_some() || object.len() > 2 {
                return Err(place.unsupported());
            }
            return Ok(outer.clone());
        }
        match object.iter().next() {
            Some((name, _)) if object.len() == 1 && active_name(outer, name) == Name::Keyword(Keyword::Id) => {
                Ok(outer.clone())
            }
            _ => Ok(outer.reverted()),
        }
    }

    /// Step 11: the contexts of the types, in the order of their names.
    fn enter_type_scopes(
        &mut self,
        before: &Active,
        active: &mut Active,
        object: &Object,
        place: &Place,
    ) -> Result<(), Refused> {
        for (name, value) in object.iter() {
            if active_name(active, name) != Name::Keyword(Keyword::Type) {
                continue;
            }
            let mut types: Vec<&str> = match value {
                Json::List(list) => list.iter().filter_map(Json::text).collect(),
                other => other.text().into_iter().collect(),
            };
            types.sort_by(|left, right| left.encode_utf16().cmp(right.encode_utf16()));
            for kind in types {
                if let Some(local) = before.definition(Some(kind)).and_then(|definition| definition.context.clone()) {
                    *active = self.processor.apply(active, &local, Manner::TYPE, &place.member(name)?)?;
                }
            }
        }
        Ok(())
    }

    /// Step 13, for an object and for what is nested in it.
    fn members(
        &mut self,
        scopes: Scopes,
        at: At,
        object: &Object,
        gathered: &mut Gathered,
        place: &Place,
    ) -> Result<(), Refused> {
        let mut nests = Vec::new();
        for (name, value) in object.iter() {
            // 13.1
            if name == "@context" {
                continue;
            }
            let here = place.member(name)?;
            // 13.2, 13.3: what is undefined would be left out
            match active_name(scopes.active, name) {
                Name::Nothing => return Err(here.dropped()),
                Name::Keyword(Keyword::Nest) => nests.push((name, value)),
                Name::Keyword(keyword) => self.keyword(scopes, at, keyword, name, value, gathered, &here)?,
                Name::Iri(property) => {
                    // A blank node as a predicate is no RDF.
                    if is_blank(&property) {
                        return Err(here.dropped());
                    }
                    let (items, reverse) = self.property(scopes.active, name, value, &here)?;
                    let Some(items) = items else { continue };
                    if reverse {
                        gathered.reverse(property, items, &here)?;
                    } else {
                        gathered.property(property, items);
                    }
                }
            }
        }
        // 14
        for (name, value) in nests {
            let here = place.member(name)?;
            let list = match value {
                Json::List(list) => list.as_slice(),
                other => std::slice::from_ref(other),
            };
            for nested in list {
                let Json::Object(nested) = nested else { return Err(here.malformed()) };
                let is_value = |name: &str| active_name(scopes.active, name) == Name::Keyword(Keyword::Value);
                if nested.iter().any(|(name, _)| is_value(name)) {
                    return Err(here.malformed());
                }
                // Processors differ over the contexts of nests, and over contexts within.
                if nested.get("@context").is_some()
                    || scopes.active.definition(Some(name)).is_some_and(|definition| definition.context.is_some())
                {
                    return Err(here.unsupported());
                }
                self.members(scopes, at, nested, gathered, &here)?;
            }
        }
        Ok(())
    }

    /// Step 13.4.
    #[allow(clippy::too_many_arguments)] // one member of one object, in its scopes
    fn keyword(
        &mut self,
        scopes: Scopes,
        at: At,
        keyword: Keyword,
        name: &str,
        value: &Json,
        gathered: &mut Gathered,
        here: &Place,
    ) -> Result<(), Refused> {
        let Scopes { active, before_types } = scopes;
        gathered.keyword(keyword, here)?;
        match (keyword, value) {
            (Keyword::Id, Json::Text(id)) => match active.core.expand(id, false) {
                Name::Iri(iri) => gathered.id = Some(iri),
                _ => return Err(here.dropped()),
            },
            (Keyword::Type, Json::Text(_) | Json::List(_)) => {
                let list = match value {
                    Json::List(list) => list.as_slice(),
                    other => std::slice::from_ref(other),
                };
                for kind in list {
                    let kind = kind.text().ok_or_else(|| here.malformed())?;
                    match before_types.core.expand(kind, true) {
                        Name::Iri(iri) => gathered.types.push(iri),
                        Name::Keyword(Keyword::Json) => gathered.is_json = true,
                        _ => return Err(here.dropped()),
                    }
                }
            }
            (Keyword::Value, _) => gathered.value = Some(value.clone()),
            (Keyword::Language, Json::Text(tag)) if is_language(tag) => {
                gathered.language = Some(tag.to_ascii_lowercase())
            }
            (Keyword::Language, Json::Text(_)) => return Err(here.dropped()),
            (Keyword::Direction, Json::Text(direction)) if direction == "ltr" || direction == "rtl" => {
                gathered.direction = Some(direction.clone());
            }
            (Keyword::Direction, _) => return Err(here.malformed()),
            (Keyword::Graph, Json::Object(_) | Json::List(_)) => {
                let at = At { property: Some(name), from_map: false, in_list: false };
                let active = self.scoped(active, name, here)?;
                let items = self.element(&active, at, value, here)?.into_items();
                if !items.iter().all(stands_alone) {
                    return Err(here.dropped());
                }
                gathered.graph = Some(items);
            }
            (Keyword::List | Keyword::Set, _) => {
                let is_list = keyword == Keyword::List;
                let at = At { property: at.property, from_map: false, in_list: is_list };
                let active = self.scoped(active, name, here)?;
                let items = match self.element(&active, at, value, here)? {
                    // 13.4.8, 13.4.9: a `null` is no empty list, and no empty set
                    Expanded::Nothing => return Err(here.dropped()),
                    other => other.into_items(),
                };
                if is_list {
                    gathered.list = Some(items);
                } else {
                    gathered.set = Some(items);
                }
            }
            (Keyword::Reverse, Json::Object(reversed)) => self.reverse_map(active, reversed, gathered, here)?,
            (Keyword::Id | Keyword::Type | Keyword::Language | Keyword::Graph | Keyword::Reverse, _) => {
                return Err(here.malformed());
            }
            (Keyword::Included, _) => return Err(here.unsupported()),
            // Known, and without a place in RDF.
            _ => return Err(here.dropped()),
        }
        Ok(())
    }

    /// Step 13.4.13.
    fn reverse_map(
        &mut self,
        active: &Active,
        reversed: &Object,
        gathered: &mut Gathered,
        place: &Place,
    ) -> Result<(), Refused> {
        // A context, or a type with one, would have to hold for the map's own terms.
        if active.previous.is_some() || active.definition(Some("@reverse")).is_some() {
            return Err(place.unsupported());
        }
        for (name, value) in reversed.iter() {
            let here = place.member(name)?;
            match active_name(active, name) {
                Name::Iri(property) if !is_blank(&property) => {
                    match self.property(active, name, value, &here)? {
                        (None, _) => {}
                        // 13.4.13.3: reversed twice
                        (Some(items), true) => gathered.property(property, items),
                        (Some(items), false) => gathered.reverse(property, items, &here)?,
                    }
                }
                Name::Keyword(_) => return Err(here.malformed()),
                _ => return Err(here.dropped()),
            }
        }
        Ok(())
    }
}

/// The contexts within an object.
#[derive(Clone, Copy)]
struct Scopes<'a> {
    active: &'a Active,
    /// Types are read in what holds around them.
    before_types: &'a Active,
}

/// What a member's name stands for.
pub(super) fn active_name(active: &Active, name: &str) -> Name {
    active.core.expand(name, true)
}

/// §5.3.2 step 5.1: a term's language, or else the context's.
fn language_of<'a>(active: &'a Active, definition: Option<&'a Definition>) -> Option<&'a Arc<str>> {
    match definition.and_then(|definition| definition.language.as_ref()) {
        Some(own) => own.as_ref(),
        None => active.core.language.as_ref(),
    }
}

/// Step 19: a node with anything but its name.
pub(super) fn stands_alone(item: &Item) -> bool {
    matches!(item, Item::Node(node) if !node.says_nothing())
}
