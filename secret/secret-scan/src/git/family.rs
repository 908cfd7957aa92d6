//! An object of a pack, and all that are told from it.

use std::ops::Range;
use std::sync::atomic::Ordering;

use super::inflater::Inflater;
use super::pack::NONE;
use super::{Body, ObjectKind, Pack, Visitor, delta};
use crate::bound;

impl Pack {
    /// Shows the visitor those of the objects in `range` that are whole, each
    /// with all that are told from it.
    pub(crate) fn visit(&self, range: Range<usize>, visitor: &mut dyn Visitor) {
        let mut inflater = Inflater::new();
        for at in range {
            let Ok(at) = u32::try_from(at) else { return };
            let kind = self
                .entry(at)
                .and_then(|entry| ObjectKind::of_number(entry.number));
            if let Some(kind) = kind.filter(|kind| visitor.wants(*kind)) {
                self.family(at, kind, &mut inflater, visitor);
            }
        }
    }

    /// An object and all that are told from it, in depth; what nobody is told
    /// from any more is let go of.
    fn family(
        &self,
        root: u32,
        kind: ObjectKind,
        inflater: &mut Inflater,
        visitor: &mut dyn Visitor,
    ) {
        let Some(root_entry) = self.entry(root) else {
            return;
        };
        if root_entry.size > bound::HELD_OBJECT {
            let mut stream = self.stream(root);
            visitor.object(kind, self.id(root), Body::Stream(&mut stream));
            self.lost_children(root, "what it is told from is too large", visitor);
            return;
        }
        let whole = match inflater.whole(self, root) {
            Ok(whole) => whole,
            Err(why) => {
                visitor.broken(self.id(root), &why);
                self.lost_children(root, "what it is told from is broken", visitor);
                return;
            }
        };
        visitor.object(kind, self.id(root), Body::Whole(&whole));
        // Each with the next of those that are told from it.
        let mut held = whole.len() as u64;
        let mut stack = vec![(whole, root_entry.first_child)];
        while let Some((base, child)) = stack.last_mut() {
            let Some(entry) = self.entry(*child) else {
                held -= base.len() as u64;
                stack.pop();
                continue;
            };
            let at = std::mem::replace(child, entry.next_sibling);
            let result = inflater.whole(self, at).and_then(|delta| {
                delta::applied(base, &delta, bound::HELD_OBJECT)
                    .ok_or_else(|| "its delta is broken, or its result too large".to_owned())
            });
            if *child == NONE {
                held -= base.len() as u64;
                stack.pop();
            }
            match result.and_then(|whole| self.spend(whole)) {
                Err(why) => {
                    visitor.broken(self.id(at), &why);
                    self.lost_children(at, "what it is told from is broken", visitor);
                }
                Ok(whole) => {
                    visitor.object(kind, self.id(at), Body::Whole(&whole));
                    held += whole.len() as u64;
                    if held > bound::HELD_OBJECTS {
                        self.lost_children(at, "what it is told from is too large", visitor);
                        held -= whole.len() as u64;
                    } else {
                        stack.push((whole, entry.first_child));
                    }
                }
            }
        }
    }

    /// Takes the cost of an object from what the pack may inflate to.
    pub(super) fn spend(&self, whole: Vec<u8>) -> Result<Vec<u8>, String> {
        let cost = whole.len() as u64;
        let spent = |left: u64| left.checked_sub(cost);
        self.budget
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, spent)
            .map(|_| whole)
            .map_err(|_| "its pack inflates to more than is plausible for its size".to_owned())
    }

    /// All that are told from an object, directly or not.
    fn lost_children(&self, at: u32, why: &str, visitor: &mut dyn Visitor) {
        let mut waiting: Vec<u32> = self.children(at).collect();
        while let Some(at) = waiting.pop() {
            visitor.broken(self.id(at), why);
            waiting.extend(self.children(at));
        }
    }
}
