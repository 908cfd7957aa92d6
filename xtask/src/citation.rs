//! Citations of RFCs in comments, and in the names of tests.
//!
//! The one form is `RFC 7515 section 4.1.11`, or `appendix B` in place of the
//! section. A document may be named alone (`RFC 7515`).

use std::fmt;

/// A section of an RFC.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Section {
    rfc: u32,
    part: Part,
}

/// `4.1.11` or `B.2`, in the order of the document: numbers as numbers, and
/// the appendices after them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Section(Vec<u32>),
    Appendix(char, Vec<u32>),
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dotted = |numbers: &[u32]| {
            let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
            numbers.join(".")
        };
        write!(f, "RFC {} ", self.rfc)?;
        match &self.part {
            Part::Section(numbers) => write!(f, "section {}", dotted(numbers)),
            Part::Appendix(letter, numbers) if numbers.is_empty() => {
                write!(f, "appendix {letter}")
            }
            Part::Appendix(letter, numbers) => {
                write!(f, "appendix {letter}.{}", dotted(numbers))
            }
        }
    }
}

/// What a comment says about an RFC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mention {
    /// A section, in the one form.
    Cited(Section),
    /// A document, without a section.
    Document,
    /// Something that is meant as a citation and cannot be read as one; what
    /// to write instead.
    Malformed(String),
}

/// Every mention in the comments of a Rust file, with the number of the line
/// on which it begins. A citation may run over the end of a line.
pub(crate) fn in_comments(text: &str) -> Vec<(usize, Mention)> {
    let mut found = Vec::new();
    let mut block = Block::default();
    for (index, line) in text.lines().enumerate() {
        match line.trim_start().strip_prefix("//") {
            Some(comment) => block.push(index + 1, comment.trim_start_matches(['/', '!']).trim()),
            None => found.extend(std::mem::take(&mut block).mentions()),
        }
    }
    found.extend(block.mentions());
    found
}

/// Comment lines that follow each other, joined into one text.
#[derive(Default)]
struct Block {
    text: String,
    /// Where each line begins in the text, and its number in the file.
    lines: Vec<(usize, usize)>,
}

impl Block {
    fn push(&mut self, number: usize, comment: &str) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.lines.push((self.text.len(), number));
        self.text.push_str(comment);
    }

    fn mentions(self) -> Vec<(usize, Mention)> {
        let starts = self.text.match_indices(['R', 'r']).map(|(at, _)| at);
        starts
            .filter_map(|at| {
                let before = self.text.get(..at)?.chars().next_back();
                let mention = mention(before, self.text.get(at..)?)?;
                let number = self.lines.iter().rev().find(|(start, _)| *start <= at);
                Some((number?.1, mention))
            })
            .collect()
    }
}

/// What `text` says if it begins with `RFC` and a number; `before` is the
/// character that stands before it.
fn mention(before: Option<char>, text: &str) -> Option<Mention> {
    // Inside a word, a path or an address it is no citation.
    if before.is_some_and(|one| one.is_alphanumeric() || matches!(one, '_' | '/' | '-')) {
        return None;
    }
    let (word, rest) = text.split_at_checked(3)?;
    if !word.eq_ignore_ascii_case("rfc") {
        return None;
    }
    let after = rest.trim_start_matches([' ', '-']);
    let (number, after) = leading_digits(after);
    let rfc: u32 = number.parse().ok()?;
    if after.starts_with('_') {
        return None;
    }
    if word != "RFC" || !rest.starts_with(' ') || rest.get(1..)?.starts_with([' ', '-']) {
        return Some(Mention::Malformed(format!("write `RFC {rfc}`")));
    }
    Some(part_of(rfc, after))
}

fn part_of(rfc: u32, after: &str) -> Mention {
    let exact = after
        .strip_prefix(" section ")
        .map(|id| ("section", id))
        .or_else(|| after.strip_prefix(" appendix ").map(|id| ("appendix", id)));
    if let Some((word, id)) = exact {
        return match parse_part(word, id) {
            Some(part) => Mention::Cited(Section { rfc, part }),
            None => Mention::Malformed(format!("write `RFC {rfc} {word}` and then its number")),
        };
    }
    let loose = after
        .trim_start_matches([' ', ',', ':', '('])
        .to_ascii_lowercase();
    let meant = ["section", "sect.", "sec.", "appendix", "§", "#section"]
        .iter()
        .any(|word| loose.starts_with(word));
    let bare_number = after.starts_with(' ') && {
        let (digits, rest) = leading_digits(&loose);
        let dotted = rest.strip_prefix('.').map(leading_digits);
        !digits.is_empty() && dotted.is_some_and(|(digits, _)| !digits.is_empty())
    };
    if meant || bare_number {
        return Mention::Malformed(format!(
            "write `RFC {rfc} section N.N`, one for each section"
        ));
    }
    Mention::Document
}

/// The number of a section or the letter and number of an appendix, at the
/// start of `id`. A full stop after it ends the sentence.
fn parse_part(word: &str, id: &str) -> Option<Part> {
    let end = id
        .find(|one: char| !one.is_ascii_alphanumeric() && one != '.')
        .unwrap_or(id.len());
    let id = id.get(..end)?.trim_end_matches('.');
    let mut pieces = id.split('.').peekable();
    let letter = pieces
        .peek()
        .and_then(|piece| piece.chars().next())
        .filter(char::is_ascii_uppercase);
    if let Some(letter) = letter {
        if pieces.next()?.len() != 1 {
            return None;
        }
        return Some(Part::Appendix(letter, numbers(pieces)?));
    }
    (word == "section").then(|| numbers(pieces).map(Part::Section))?
}

fn numbers<'a>(pieces: impl Iterator<Item = &'a str>) -> Option<Vec<u32>> {
    pieces.map(|piece| piece.parse().ok()).collect()
}

fn leading_digits(text: &str) -> (&str, &str) {
    let end = text
        .find(|one: char| !one.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// The section that a test is named after: `rfc7515_4_1_11_unknown_crit` is
/// section 4.1.11, `rfc7636_appendix_b_vector` is appendix B.
pub(crate) fn in_test_name(name: &str) -> Option<Section> {
    let (rfc, rest) = leading_digits(name.strip_prefix("rfc")?);
    let rfc = rfc.parse().ok()?;
    let mut words = rest.strip_prefix('_')?.split('_').peekable();
    let letter = words
        .next_if_eq(&"appendix")
        .and_then(|_| words.next()?.chars().next());
    let mut numbers = Vec::new();
    while let Some(number) = words.peek().and_then(|word| word.parse().ok()) {
        numbers.push(number);
        words.next();
    }
    let part = match letter {
        Some(letter) => Part::Appendix(letter.to_ascii_uppercase(), numbers),
        None if numbers.is_empty() => return None,
        None => Part::Section(numbers),
    };
    Some(Section { rfc, part })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(comment: &str) -> Mention {
        let mut found = in_comments(&format!("// {comment}\n"));
        assert_eq!(found.len(), 1, "{comment}: {found:?}");
        found.remove(0).1
    }

    fn cited(comment: &str) -> String {
        match only(comment) {
            Mention::Cited(section) => section.to_string(),
            other => panic!("{comment}: {other:?}"),
        }
    }

    #[test]
    fn the_one_form_is_read() {
        for (comment, wanted) in [
            ("RFC 7515 section 4.1.11", "RFC 7515 section 4.1.11"),
            ("as RFC 6749 section 5.2.", "RFC 6749 section 5.2"),
            ("(RFC 9449 section 7, first step)", "RFC 9449 section 7"),
            ("RFC 7636 appendix B: a vector", "RFC 7636 appendix B"),
            ("RFC 7515 appendix A.1.1", "RFC 7515 appendix A.1.1"),
            ("RFC 7515 section A.1", "RFC 7515 appendix A.1"),
        ] {
            assert_eq!(cited(comment), wanted);
        }
    }

    #[test]
    fn every_other_form_is_malformed() {
        for comment in [
            "RFC7515 section 4.1",
            "RFC-7515 section 4.1",
            "rfc 7515 section 4.1",
            "Rfc 7515",
            "RFC  7515 section 4",
            "RFC 7515 Section 4.1",
            "RFC 7515 sections 4.1 and 4.2",
            "RFC 7515 sec. 4.1",
            "RFC 7515 \u{a7}4.1",
            "RFC 7515, section 4.1",
            "RFC 7515 (section 4.1)",
            "RFC 7515  section 4.1",
            "RFC 7515 4.1.11",
            "RFC 7515 section four",
            "RFC 7515 section 4a",
            "RFC 7515 section 4..1",
            "RFC 7515 appendix 4",
            "RFC 7515 appendix AB",
        ] {
            let mention = only(comment);
            assert!(
                matches!(mention, Mention::Malformed(_)),
                "{comment}: {mention:?}"
            );
        }
    }

    #[test]
    fn a_document_alone_is_no_section() {
        for comment in [
            "the tokens of RFC 9068",
            "RFC 7517-7519",
            "RFC 7515. Sections of a token",
            "RFC 9068 tokens",
        ] {
            assert_eq!(only(comment), Mention::Document, "{comment}");
        }
    }

    #[test]
    fn words_paths_and_test_names_are_not_mentions() {
        for comment in [
            "https://www.rfc-editor.org/rfc/rfc7515#section-4",
            "see rfc7515_4_1_11_unknown_crit_is_refused",
            "RFC XXXX and RFC",
            "a perfc 12",
        ] {
            assert_eq!(in_comments(&format!("/// {comment}\n")), [], "{comment}");
        }
        assert_eq!(in_comments("let text = \"RFC7515 sec 4\";\n"), []);
    }

    #[test]
    fn a_citation_may_run_over_the_end_of_a_line() {
        let text = "fn a() {}\n/// A header is refused as RFC 7515\n/// section 4.1.11 says,\n/// see also RFC 8725 section 3.1.\n";
        let found: Vec<String> = in_comments(text)
            .into_iter()
            .map(|(line, mention)| match mention {
                Mention::Cited(section) => format!("{line} {section}"),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(
            found,
            ["2 RFC 7515 section 4.1.11", "4 RFC 8725 section 3.1"]
        );
    }

    #[test]
    fn the_name_of_a_test_cites_a_section() {
        for (name, wanted) in [
            (
                "rfc7515_4_1_11_unknown_crit_is_refused",
                Some("RFC 7515 section 4.1.11"),
            ),
            (
                "rfc6749_10_a_code_dies_once_used",
                Some("RFC 6749 section 10"),
            ),
            ("rfc7636_appendix_b_vector", Some("RFC 7636 appendix B")),
            ("rfc7515_appendix_a_1_vector", Some("RFC 7515 appendix A.1")),
            ("rfc7515_is_read", None),
            ("reads_rfc7515_4_1", None),
        ] {
            let section = in_test_name(name).map(|section| section.to_string());
            assert_eq!(section.as_deref(), wanted, "{name}");
        }
    }
}
