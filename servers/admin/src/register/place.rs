//! Where a page of the register begins: a kind, and the id before it. Nothing
//! is remembered between two pages, so none is skipped or shown twice that was
//! there all along, and a million rows are never held at once.

use posture::RowKind;

use crate::malformed::Malformed;

/// How many rows are looked at for one page.
pub(super) const DEFAULT_SIZE: u32 = 100;
const LARGEST_SIZE: u32 = 500;

/// What is walked through, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// The rows of a kind.
    Rows(RowKind),
    /// What gates have seen.
    Traffic,
}

/// A place in the walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The stage.
    pub(super) stage: Stage,
    /// After which of its ids; nothing: from its first.
    pub(super) after: Option<String>,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Self::Rows(kind) => kind.as_str(),
            Self::Traffic => "traffic",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        match name {
            "traffic" => Some(Self::Traffic),
            other => RowKind::parse(other).map(Self::Rows),
        }
    }
}

impl Place {
    /// The first of a stage.
    pub(super) const fn first_of(stage: Stage) -> Self {
        Self { stage, after: None }
    }

    /// The place that a page token names.
    pub(super) fn parse(token: &str) -> Result<Self, Malformed> {
        let read = || {
            let (stage, after) = token.split_once('.')?;
            Some(Self {
                stage: Stage::parse(stage)?,
                after: Some(String::from_utf8(unhex(after)?).ok()?).filter(|id| !id.is_empty()),
            })
        };
        read().ok_or(Malformed::PageToken)
    }

    /// The page token of this place.
    pub(super) fn token(&self) -> String {
        let after = self.after.as_deref().unwrap_or_default();
        let hex: String = after.bytes().map(|byte| format!("{byte:02x}")).collect();
        format!("{}.{hex}", self.stage.name())
    }
}

/// The next kind of row, if there is one.
pub(super) fn kind_after(kind: RowKind) -> Option<RowKind> {
    let mut later = RowKind::ALL.into_iter().skip_while(|one| *one != kind);
    later.nth(1)
}

/// How many rows a page looks at.
pub(super) fn size(asked: Option<u32>) -> Result<usize, Malformed> {
    let size = asked.unwrap_or(DEFAULT_SIZE);
    if !(1..=LARGEST_SIZE).contains(&size) {
        return Err(Malformed::Count(LARGEST_SIZE));
    }
    Ok(size as usize)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| u8::try_from(digit.to_digit(16)?).ok())
        .collect();
    let digits = digits?;
    let pairs = digits.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    Some(
        pairs
            .filter_map(|pair| match pair {
                [high, low] => Some(high * 16 + low),
                _ => None,
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_back_to_its_place() {
        for stage in RowKind::ALL
            .map(Stage::Rows)
            .into_iter()
            .chain([Stage::Traffic])
        {
            for after in [None, Some("k0"), Some("client_credentials acme/é?&=")] {
                let place = Place {
                    stage,
                    after: after.map(str::to_owned),
                };
                let token = place.token();
                assert!(
                    token
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"._".contains(&b))
                );
                assert_eq!(Place::parse(&token).unwrap(), place);
            }
        }
        for wrong in [
            "",
            "api_key",
            "nothing.",
            "api_key.f",
            "api_key.zz",
            "api_key.ff",
        ] {
            assert!(Place::parse(wrong).is_err(), "{wrong}");
        }
    }
}
