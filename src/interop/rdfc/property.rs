//! One property's values: JSON-LD API §5.1.2 steps 13.5 to 13.13, with the maps that containers make of them.

use std::sync::Arc;

use crate::base::canonical::{Json, Object};
use crate::interop::rdfc::context::{Active, Manner};
use crate::interop::rdfc::define::{Coercion, Definition};
use crate::interop::rdfc::expand::{At, Expander, active_name, stands_alone};
use crate::interop::rdfc::expanded::{Expanded, Item, Node};
use crate::interop::rdfc::iri::{Keyword, Name, is_language};
use crate::interop::rdfc::literal;
use crate::interop::rdfc::refused::{Place, Refused};

impl Expander<'_> {
    /// Steps 13.5 to 13.13: a property's values, and whether they have it of this node. `None` for `null`.
    pub(super) fn property(
        &mut self,
        active: &Active,
        name: &str,
        value: &Json,
        place: &Place,
    ) -> Result<(Option<Vec<Item>>, bool), Refused> {
        let definition = active.definition(Some(name)).cloned();
        let scoped = self.scoped(active, name, place)?;
        let Some(definition) = definition else {
            let at = At { property: Some(name), from_map: false, in_list: false };
            let expanded = self.element(&scoped, at, value, place)?;
            return Ok((some_items(expanded), false));
        };
        let containers = definition.containers;
        if containers.kind || (containers.graph && (containers.id || containers.index)) {
            return Err(place.unsupported());
        }
        let reverse = scoped.definition(Some(name)).is_some_and(|definition| definition.reverse);
        let expanded = match value {
            Json::Object(map) if containers.language => self.language_map(&scoped, map, place)?,
            Json::Object(map) if containers.index || containers.id => {
                self.map(active, &scoped, &definition, name, map, place)?
            }
            _ if definition.coercion == Some(Coercion::Json) => {
                Expanded::One(Item::Literal(literal::json(value).ok_or_else(|| place.malformed())?))
            }
            _ => {
                let at = At { property: Some(name), from_map: false, in_list: false };
                self.element(&scoped, at, value, place)?
            }
        };
        // 13.10
        let Some(items) = (match expanded {
            Expanded::Nothing => None,
            // 13.11
            Expanded::One(Item::List(list)) if containers.list => Some(vec![Item::List(list)]),
            other if containers.list => Some(vec![Item::List(other.into_items())]),
            other => Some(other.into_items()),
        }) else {
            return Ok((None, reverse));
        };
        if !containers.graph {
            return Ok((Some(items), reverse));
        }
        // 13.12: each in a graph of its own
        if !items.iter().all(stands_alone) {
            return Err(place.dropped());
        }
        let graph = |item| Item::Node(Node { graph: Some(vec![item]), ..Node::default() });
        Ok((Some(items.into_iter().map(graph).collect()), reverse))
    }

    /// The context of a term, for its values. Applied again by step 8, which changes nothing unless the context says otherwise of the
    /// term itself: then processors differ.
    pub(super) fn scoped(&mut self, active: &Active, name: &str, place: &Place) -> Result<Active, Refused> {
        let Some(local) = active.definition(Some(name)).and_then(|definition| definition.context.clone()) else {
            return Ok(active.clone());
        };
        let scoped = self.processor.apply(active, &local, Manner::PROPERTY, place)?;
        match scoped.definition(Some(name)) {
            Some(definition) if definition.context.as_ref() != Some(&local) => Err(place.unsupported()),
            _ => Ok(scoped),
        }
    }

    /// Step 13.7.
    fn language_map(&mut self, active: &Active, map: &Object, place: &Place) -> Result<Expanded, Refused> {
        let mut items = Vec::new();
        for (tag, texts) in map.iter() {
            let here = place.member(tag)?;
            let is_none = active_name(active, tag) == Name::Keyword(Keyword::None);
            if !is_none && !is_language(tag) {
                return Err(here.dropped());
            }
            let list = match texts {
                Json::List(list) => list.as_slice(),
                other => std::slice::from_ref(other),
            };
            for text in list {
                self.count()?;
                let made = match text {
                    Json::Null => continue,
                    Json::Text(text) if !is_none => Some(literal::in_language(text, &tag.to_ascii_lowercase())),
                    Json::Text(_) => literal::plain(text, None),
                    _ => return Err(here.malformed()),
                };
                items.push(Item::Literal(made.ok_or_else(|| here.dropped())?));
            }
        }
        Ok(Expanded::Many(items))
    }

    /// Step 13.8, for `@id` and for `@index` with a property of its own. A plain index says nothing in RDF: refused.
    fn map(
        &mut self,
        active: &Active,
        scoped: &Active,
        definition: &Arc<Definition>,
        name: &str,
        map: &Object,
        place: &Place,
    ) -> Result<Expanded, Refused> {
        let mut all = Vec::new();
        for (key, value) in map.iter() {
            let here = place.member(key)?;
            let at = At { property: Some(name), from_map: true, in_list: false };
            let one;
            let list = match value {
                Json::List(list) => list.as_slice(),
                other => {
                    one = std::slice::from_ref(other);
                    one
                }
            };
            let mut items = self.array(scoped, at, list, &here)?.into_items();
            let is_none = active_name(scoped, key) == Name::Keyword(Keyword::None);
            if is_none && (key == "@none" || definition.index.is_none()) {
                all.append(&mut items);
                continue;
            }
            for item in &mut items {
                let Item::Node(node) = item else { return Err(here.malformed()) };
                if definition.containers.id {
                    let Name::Iri(id) = scoped.core.expand(key, false) else { return Err(here.dropped()) };
                    // 13.8.3.7.5: an identifier of its own stays, and the key is left out
                    if node.id.get_or_insert_with(|| id.clone()) != &id {
                        return Err(here.dropped());
                    }
                } else if let Some(index) = &definition.index {
                    let Name::Iri(property) = active.core.expand(index, true) else { return Err(here.dropped()) };
                    let value = self.scalar(scoped, Some(index), &Json::Text(key.to_owned()), &here)?;
                    node.properties.push((property, vec![value]));
                } else {
                    return Err(here.dropped());
                }
            }
            all.append(&mut items);
        }
        Ok(Expanded::Many(all))
    }
}

fn some_items(expanded: Expanded) -> Option<Vec<Item>> {
    match expanded {
        Expanded::Nothing => None,
        other => Some(other.into_items()),
    }
}
