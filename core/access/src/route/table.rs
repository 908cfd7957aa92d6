//! The listed endpoints, compiled for matching.

use std::cmp::Ordering;
use std::sync::Arc;

use boundary::{Inventory, Method, PathPattern, Segment};

use super::{CanonicalPath, Route, query};
use crate::{Denial, Request, Rule};

/// One tree of segments per method. A match costs the length of the path: no
/// regular expression, no allocation.
#[derive(Debug, Default)]
pub(crate) struct RouteTable {
    trees: Vec<(Method, Node)>,
}

#[derive(Debug, Default)]
struct Node {
    /// Sorted by [`folded_then_exact`].
    literals: Vec<(Box<str>, Self)>,
    param: Option<Box<Self>>,
    end: End,
}

#[derive(Debug, Default)]
enum End {
    #[default]
    Nothing,
    One(Arc<Route>),
    /// Two endpoints with one match. No inventory has that; should one, then
    /// neither is reached.
    Several,
}

enum Found<'a> {
    Nothing,
    Confusable,
    One(&'a Arc<Route>),
}

impl RouteTable {
    pub(crate) fn compile(inventory: &Inventory) -> Self {
        let mut table = Self::default();
        for (api, endpoint) in inventory.endpoints() {
            let route = Arc::new(Route::new(api, endpoint));
            let node = table.tree(endpoint.matches.method);
            node.at(&endpoint.matches.path).list(route);
        }
        table.list_get_as_head(inventory);
        table
    }

    /// The endpoint of a request, whose target must be in canonical form.
    pub(crate) fn find<'r>(
        &self,
        request: &Request<'r>,
    ) -> Result<(&Arc<Route>, CanonicalPath<'r>), Denial> {
        // Canonical first: an ambiguous path is never even looked up.
        let path = CanonicalPath::parse(request.path())?;
        query::check(request.query())?;
        // RFC 9110 section 9.1: the method is case-sensitive. What is not
        // listed under this very method is not told apart from what is not
        // listed at all.
        let method = request.method.parse::<Method>().ok();
        let tree = method.and_then(|method| self.trees.iter().find(|(of, _)| *of == method));
        match tree.map_or(Found::Nothing, |(_, node)| node.find(path.segments())) {
            Found::One(route) => Ok((route, path)),
            Found::Confusable => Err(Denial::new(Rule::ConfusableSegment)
                .with_detail("A segment of the path is nearly, but not exactly, a listed one.")),
            Found::Nothing => Err(Denial::new(Rule::Route)),
        }
    }

    /// RFC 9110 section 9.3.2: HEAD is GET without the content. A GET endpoint
    /// stands in the tree of HEAD too, so that a wider HEAD endpoint never
    /// hides a narrower GET one.
    fn list_get_as_head(&mut self, inventory: &Inventory) {
        let endpoints = inventory.endpoints().map(|(_, endpoint)| endpoint);
        for endpoint in endpoints.filter(|endpoint| endpoint.matches.method == Method::Get) {
            let path = &endpoint.matches.path;
            let End::One(get) = &self.tree(Method::Get).at(path).end else {
                continue;
            };
            let get = Arc::clone(get);
            let end = &mut self.tree(Method::Head).at(path).end;
            if matches!(end, End::Nothing) {
                *end = End::One(get);
            }
        }
    }

    fn tree(&mut self, method: Method) -> &mut Node {
        let at = match self.trees.iter().position(|(of, _)| *of == method) {
            Some(at) => at,
            None => {
                self.trees.push((method, Node::default()));
                self.trees.len() - 1
            }
        };
        #[expect(
            clippy::indexing_slicing,
            reason = "the place was found or made just above"
        )]
        &mut self.trees[at].1
    }
}

impl Node {
    fn at(&mut self, path: &PathPattern) -> &mut Self {
        path.segments()
            .iter()
            .fold(self, |node, segment| match segment {
                Segment::Param(_) => node.param.get_or_insert_default(),
                Segment::Literal(text) => node.literal(text),
            })
    }

    fn literal(&mut self, text: &str) -> &mut Self {
        let found = self
            .literals
            .binary_search_by(|(held, _)| folded_then_exact(held, text));
        let at = found.unwrap_or_else(|at| {
            self.literals.insert(at, (text.into(), Self::default()));
            at
        });
        #[expect(
            clippy::indexing_slicing,
            reason = "the place was found or made just above"
        )]
        &mut self.literals[at].1
    }

    fn list(&mut self, route: Arc<Route>) {
        self.end = match self.end {
            End::Nothing => End::One(route),
            End::One(_) | End::Several => End::Several,
        };
    }

    /// A literal beats a param at the first segment where two matches differ,
    /// which is the narrower of two patterns that overlap. A param that leads
    /// nowhere gives way to nothing else, so each node is seen at most once.
    fn find<'p>(&self, mut segments: impl Iterator<Item = &'p str> + Clone) -> Found<'_> {
        let Some(segment) = segments.next() else {
            return match &self.end {
                End::One(route) => Found::One(route),
                End::Nothing | End::Several => Found::Nothing,
            };
        };
        let exact = self
            .literals
            .binary_search_by(|(held, _)| folded_then_exact(held, segment));
        if let Some((_, node)) = exact.ok().and_then(|at| self.literals.get(at)) {
            match node.find(segments.clone()) {
                Found::Nothing => {}
                found => return found,
            }
        }
        let Some(param) = &self.param else {
            return Found::Nothing;
        };
        match param.find(segments) {
            Found::One(_) if exact.is_err() && self.is_confusable(segment) => Found::Confusable,
            found => found,
        }
    }

    /// Whether some upstream could take `segment` for a listed literal that it
    /// is not: in another case, or with a tail that servers cut off (`.`,
    /// `.json`, `~`, an escape). As a param it would be judged by the rule of
    /// another endpoint, most often a weaker one.
    fn is_confusable(&self, segment: &str) -> bool {
        let tails = segment.match_indices(['.', '~', '%']).map(|(at, _)| at);
        tails.chain([segment.len()]).any(|end| {
            segment
                .get(..end)
                .is_some_and(|stem| !stem.is_empty() && self.has_folded(stem))
        })
    }

    fn has_folded(&self, stem: &str) -> bool {
        let at = self
            .literals
            .partition_point(|(held, _)| folded(held, stem) == Ordering::Less);
        self.literals
            .get(at)
            .is_some_and(|(held, _)| held.eq_ignore_ascii_case(stem))
    }
}

fn folded_then_exact(held: &str, text: &str) -> Ordering {
    folded(held, text).then_with(|| held.cmp(text))
}

fn folded(held: &str, text: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    held.bytes().map(lower).cmp(text.bytes().map(lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(patterns: &[&str]) -> Node {
        let mut root = Node::default();
        for pattern in patterns {
            root.at(&pattern.parse().unwrap()).list(route(pattern));
        }
        root
    }

    fn route(pattern: &str) -> Arc<Route> {
        let text = format!(
            r#"{{"apis":[{{"name":"a","audience":"https://a","upstream":"http://a","owner":"o","surface":"s",
            "endpoints":[{{"id":"e","matches":"GET {pattern}","facts":{{"caller":"anyone","authority":"own",
            "data":"public","exposure":"public","consequence":"read"}},"demand":{{"accepts":[],"scopes":[],
            "max_token_age":"1s","max_feed_lag":"1s","when_lagging":"deny","live_check_beyond_age":false,
            "limit_per_address":true,"record":"denials","reasons":[]}},
            "owner":"o","revoker":"o","surface":"s"}}]}}]}}"#
        );
        let inventory: Inventory = serde_json::from_str(&text).unwrap();
        let (api, endpoint) = inventory.endpoints().next().unwrap();
        Arc::new(Route::new(api, endpoint))
    }

    fn found(node: &Node, path: &str) -> String {
        match node.find(CanonicalPath::parse(path).unwrap().segments()) {
            Found::One(route) => route.endpoint().matches.path.to_string(),
            Found::Confusable => "confusable".to_owned(),
            Found::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn a_literal_beats_a_param_and_gives_way_where_it_leads_nowhere() {
        let node = node(&["/a/{x}/c", "/{y}/b/d", "/a/b", "/{y}/{z}", "/"]);
        for (path, expected) in [
            ("/a/b", "/a/b"),
            ("/a/x", "/{y}/{z}"),
            ("/a/b/c", "/a/{x}/c"),
            ("/a/b/d", "/{y}/b/d"),
            ("/a/b/x", "nothing"),
            ("/", "/"),
            ("/a", "nothing"),
        ] {
            assert_eq!(found(&node, path), expected, "{path}");
        }
    }

    #[test]
    fn a_param_does_not_take_what_is_nearly_a_literal() {
        let node = node(&["/admin", "/Zoo", "/v1.0", "/{x}"]);
        for path in [
            "/Admin",
            "/ADMIN",
            "/admin.",
            "/admin.json",
            "/admin~",
            "/admin%20x",
            "/zoo",
            "/V1.0",
            "/v1.0.x",
        ] {
            assert_eq!(found(&node, path), "confusable", "{path}");
        }
        for path in ["/admins", "/admi", "/v1", "/v1.1", "/x.admin"] {
            assert_eq!(found(&node, path), "/{x}", "{path}");
        }
        assert_eq!(found(&node, "/v1.0"), "/v1.0");
    }

    #[test]
    fn a_match_that_is_listed_twice_is_reached_by_nobody() {
        let node = node(&["/a", "/{x}", "/{x}"]);
        assert_eq!(found(&node, "/a"), "/a");
        assert_eq!(found(&node, "/b"), "nothing");
    }
}
