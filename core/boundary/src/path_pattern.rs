//! Which paths an endpoint matches.

use serde::{Deserialize, Serialize};

/// The most characters of a pattern.
const MAX_LENGTH: usize = 1024;

/// A path of literal segments and `{param}`s, such as `/v1/payouts/{id}`. A
/// param stands for exactly one whole, non-empty segment.
///
/// The grammar has one spelling per path: it starts with `/`, has no empty
/// segment (save `/` alone) and so no trailing slash, no `.` or `..`, and
/// nothing that would need percent-encoding, because a path is judged in one
/// canonical form and never repaired.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PathPattern(Vec<Segment>);

/// One segment of a [`PathPattern`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// Matches exactly this text, byte for byte.
    Literal(String),
    /// Matches any one segment, under this name.
    Param(String),
}

/// Why a text is no [`PathPattern`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvalidPathPattern {
    /// It does not start with `/`.
    NoSlash,
    /// It has more than 1024 characters.
    TooLong,
    /// It has two slashes in a row, or one at the end.
    EmptySegment,
    /// It has a `.` or `..` segment.
    DotSegment,
    /// This character cannot stand in a literal segment.
    Character(char),
    /// This is no `{name}` of lower-case letters, digits and `_`.
    Param(String),
    /// This param is named twice.
    RepeatedParam(String),
}

impl std::fmt::Display for InvalidPathPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoSlash => f.write_str("a path starts with '/'"),
            Self::TooLong => write!(f, "a path has at most {MAX_LENGTH} characters"),
            Self::EmptySegment => {
                f.write_str("a path has no empty segment and does not end with '/'")
            }
            Self::DotSegment => f.write_str("a path has no '.' or '..' segment"),
            Self::Character(found) => write!(
                f,
                "{found:?} cannot stand in a path: write only what needs no percent-encoding, and not ';', '%' or '\\'"
            ),
            Self::Param(found) => write!(
                f,
                "{found:?} is no param: a whole segment is {{name}} in lower-case letters, digits and '_'"
            ),
            Self::RepeatedParam(name) => write!(f, "the param {{{name}}} stands there twice"),
        }
    }
}

impl std::error::Error for InvalidPathPattern {}

impl PathPattern {
    /// The segments, in order; none for `/`.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// Whether it has a param of that name.
    pub fn has_param(&self, name: &str) -> bool {
        self.params().any(|param| param == name)
    }

    /// The names of its params, in order.
    pub fn params(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|segment| match segment {
            Segment::Param(name) => Some(name.as_str()),
            Segment::Literal(_) => None,
        })
    }

    /// Whether some path matches both.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().zip(&other.0).all(|pair| match pair {
                (Segment::Literal(one), Segment::Literal(two)) => one == two,
                _ => true,
            })
    }

    /// Whether it is literal wherever `other` is, and somewhere else too. Of
    /// two patterns that [overlap](Self::overlaps), the narrower one matches.
    pub fn is_narrower_than(&self, other: &Self) -> bool {
        let mut strictly = false;
        for pair in self.0.iter().zip(&other.0) {
            match pair {
                (Segment::Param(_), Segment::Literal(_)) => return false,
                (Segment::Literal(_), Segment::Param(_)) => strictly = true,
                _ => {}
            }
        }
        strictly && self.overlaps(other)
    }
}

impl std::str::FromStr for PathPattern {
    type Err = InvalidPathPattern;

    fn from_str(text: &str) -> Result<Self, InvalidPathPattern> {
        if text.len() > MAX_LENGTH {
            return Err(InvalidPathPattern::TooLong);
        }
        let rest = text.strip_prefix('/').ok_or(InvalidPathPattern::NoSlash)?;
        if rest.is_empty() {
            return Ok(Self(Vec::new()));
        }
        let segments: Vec<Segment> = rest.split('/').map(segment).collect::<Result<_, _>>()?;
        let pattern = Self(segments);
        for (index, name) in pattern.params().enumerate() {
            if pattern.params().take(index).any(|earlier| earlier == name) {
                return Err(InvalidPathPattern::RepeatedParam(name.to_owned()));
            }
        }
        Ok(pattern)
    }
}

fn segment(text: &str) -> Result<Segment, InvalidPathPattern> {
    if text.is_empty() {
        return Err(InvalidPathPattern::EmptySegment);
    }
    if text.contains(['{', '}']) {
        let inner = text.strip_prefix('{').and_then(|t| t.strip_suffix('}'));
        return match inner.filter(|name| is_param_name(name)) {
            Some(name) => Ok(Segment::Param(name.to_owned())),
            None => Err(InvalidPathPattern::Param(text.chars().take(80).collect())),
        };
    }
    if text == "." || text == ".." {
        return Err(InvalidPathPattern::DotSegment);
    }
    match text.chars().find(|&c| !is_literal(c)) {
        Some(wrong) => Err(InvalidPathPattern::Character(wrong)),
        None => Ok(Segment::Literal(text.to_owned())),
    }
}

fn is_param_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

// RFC 3986 section 3.3: pchar without percent-encoding; and without ';', which
// some upstreams cut off as a path parameter.
fn is_literal(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(
            c,
            '-' | '.'
                | '_'
                | '~'
                | '!'
                | '$'
                | '&'
                | '\''
                | '('
                | ')'
                | '*'
                | '+'
                | ','
                | '='
                | ':'
                | '@'
        )
}

impl TryFrom<String> for PathPattern {
    type Error = InvalidPathPattern;
    fn try_from(text: String) -> Result<Self, InvalidPathPattern> {
        text.parse()
    }
}

impl From<PathPattern> for String {
    fn from(pattern: PathPattern) -> Self {
        pattern.to_string()
    }
}

impl std::fmt::Display for PathPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() {
            return f.write_str("/");
        }
        for segment in &self.0 {
            match segment {
                Segment::Literal(text) => write!(f, "/{text}")?,
                Segment::Param(name) => write!(f, "/{{{name}}}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pattern(text: &str) -> PathPattern {
        text.parse().unwrap()
    }

    #[test]
    fn a_pattern_has_one_spelling() {
        for good in [
            "/",
            "/v1",
            "/v1/payouts/{id}",
            "/{a}/{b_2}",
            "/a:b@c",
            "/.well-known/x",
            "/...",
        ] {
            assert_eq!(pattern(good).to_string(), good);
        }
        for wrong in [
            "", "v1", "//", "/v1/", "/v1//x", "/.", "/v1/..", "/a;b", "/a%2fb", "/a\\b", "/a b",
            "/é", "/a?b", "/a#b", "/{", "/{}", "/{A}", "/x{id}", "/{id}x", "/{1a}", "/{a}/{a}",
            "/{{a}}", "/a\n", "/*x|",
        ] {
            assert!(wrong.parse::<PathPattern>().is_err(), "{wrong:?}");
        }
        assert!(
            format!("/{}", "a".repeat(1024))
                .parse::<PathPattern>()
                .is_err()
        );
    }

    #[test]
    fn literal_beats_param_and_crossed_patterns_are_equals() {
        let (literal, param) = (pattern("/a/b"), pattern("/a/{x}"));
        assert!(literal.overlaps(&param) && literal.is_narrower_than(&param));
        assert!(!param.is_narrower_than(&literal));
        let (left, right) = (pattern("/{x}/b"), pattern("/a/{y}"));
        assert!(left.overlaps(&right));
        assert!(!left.is_narrower_than(&right) && !right.is_narrower_than(&left));
        assert!(!pattern("/a").overlaps(&pattern("/a/b")));
        assert!(!pattern("/a/{x}").overlaps(&pattern("/b/{x}")));
        assert!(!literal.is_narrower_than(&literal));
    }

    proptest! {
        #[test]
        fn whatever_parses_prints_as_it_was(text in "[/{}a-c.;%\\\\~é ]{0,12}") {
            if let Ok(pattern) = text.parse::<PathPattern>() {
                prop_assert_eq!(pattern.to_string(), text);
            }
        }

        #[test]
        fn two_overlapping_patterns_share_a_path(
            one in prop::collection::vec("a|b|\\{p\\}", 1..4),
            two in prop::collection::vec("a|b|\\{p\\}", 1..4),
        ) {
            let of = numbered;
            let (one, two) = (of(&one), of(&two));
            let matches = |p: &PathPattern, path: &[&str]| p.segments().len() == path.len()
                && p.segments().iter().zip(path).all(|(s, t)| match s {
                    Segment::Literal(l) => l == t,
                    Segment::Param(_) => true,
                });
            let letters = ["a", "b", "c"];
            let mut shared = false;
            for x in letters { for y in letters { for z in letters {
                for n in 1..4 {
                    let path = &[x, y, z][..n];
                    shared |= matches(&one, path) && matches(&two, path);
                }
            }}}
            prop_assert_eq!(one.overlaps(&two), shared);
            prop_assert_eq!(two.overlaps(&one), shared);
        }
    }

    fn numbered(parts: &[String]) -> PathPattern {
        let mut text = String::new();
        for (index, part) in parts.iter().enumerate() {
            text.push('/');
            text.push_str(&part.replace('p', &format!("p{index}")));
        }
        pattern(&text)
    }
}
