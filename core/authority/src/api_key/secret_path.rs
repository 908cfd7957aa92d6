//! Somebody says where the secret of an API key lies (article 002, "audit the
//! path each secret takes from creation to use"). The secret itself has no
//! place in what they say.

use base::{Name, Timestamp};

use super::request::SecretPathRequest;
use super::standing::standing;
use super::{ApiKey, SecretPath, StorageLevel, told};
use crate::audit::{Action, Origin};
use crate::line::{LEAVE_OUT, line};
use crate::{FieldFinding, Plan, Refusal};

/// How many readers are named one by one.
const MOST_READERS: usize = 32;

type Findings = Vec<FieldFinding>;

/// What the fields are called where they are said.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names {
    level: &'static str,
    place: &'static str,
    transport: &'static str,
    readers: &'static str,
}

/// In the request for a key.
pub(super) const IN_REQUEST: Names = Names {
    level: "secret_path/level",
    place: "secret_path/place",
    transport: "secret_path/transport",
    readers: "secret_path/readers",
};

/// By themselves, afterwards.
const ALONE: Names = Names {
    level: "level",
    place: "place",
    transport: "transport",
    readers: "readers",
};

/// Writes down where the secret of a key lies; whatever was said before is
/// replaced. All that is missing or wrong is told at once.
pub fn tell_secret_path(
    api_key: &ApiKey,
    request: &SecretPathRequest,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<ApiKey>, Refusal> {
    let mut record = standing(api_key, now)?.into_owned();
    let mut findings = Vec::new();
    let Some(path) = check(request, ALONE, &mut findings) else {
        return Err(Refusal::Invalid(findings));
    };
    let detail = format!("{} readers at {}", path.readers.len(), path.place);
    record.secret_path = Some(path);
    let told = (Action::ApiKeySecretPathTold, detail);
    Ok(told::plan(api_key, record, told, origin, now))
}

/// The path that was said; nothing if anything is missing or wrong, which is
/// in `findings` then.
pub(super) fn check(
    request: &SecretPathRequest,
    names: Names,
    findings: &mut Findings,
) -> Option<SecretPath> {
    let level = level(names.level, request.level.as_deref(), findings);
    let place = secretless_line(
        names.place,
        request.place.as_deref(),
        "say where it is kept, such as vault:secret/ci/weather",
        findings,
    );
    let transport = secretless_line(
        names.transport,
        request.transport.as_deref(),
        "say how it gets there, such as \"written by the pipeline\"",
        findings,
    );
    let readers = readers(names.readers, &request.readers, findings);
    Some(SecretPath {
        level: level?,
        place: place?,
        transport: transport?,
        readers: readers?,
    })
}

fn wrong(field: &'static str, detail: impl Into<String>, fix: &str) -> FieldFinding {
    FieldFinding {
        field,
        detail: detail.into(),
        fix: fix.to_owned(),
    }
}

fn level(field: &'static str, text: Option<&str>, findings: &mut Findings) -> Option<StorageLevel> {
    let level = match text {
        Some("secrets_manager") => Some(StorageLevel::SecretsManager),
        Some("file") => Some(StorageLevel::File),
        Some("dot_env") => Some(StorageLevel::DotEnv),
        Some("environment") => Some(StorageLevel::Environment),
        Some("ci_variable") => Some(StorageLevel::CiVariable),
        Some("shared_storage") => Some(StorageLevel::SharedStorage),
        Some(_) | None => None,
    };
    if level.is_none() {
        let detail = match text {
            None => "it is missing",
            Some(_) => "it is no level of storage",
        };
        let fix =
            "write secrets_manager, file, dot_env, environment, ci_variable or shared_storage";
        findings.push(wrong(field, detail, fix));
    }
    level
}

/// One line about a secret. Here a piece of it is refused too: this is where
/// somebody is most likely to paste it.
fn secretless_line(
    field: &'static str,
    text: Option<&str>,
    fix: &str,
    findings: &mut Findings,
) -> Option<String> {
    let read = line(field, text, fix).and_then(|text| match starts_like_a_secret(&text) {
        true => Err(wrong(field, "it has a secret in it", LEAVE_OUT)),
        false => Ok(text),
    });
    read.map_err(|finding| findings.push(finding)).ok()
}

/// Whether something in `text` starts like a secret of ours, though it was cut
/// or mistyped.
fn starts_like_a_secret(text: &str) -> bool {
    let tags = ["live_", "test_"];
    text.match_indices("dw").any(|(at, _)| {
        let rest = text.get(at.saturating_add(2)..).unwrap_or_default();
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_lowercase());
        let tag = rest.strip_prefix('_').unwrap_or_default();
        tags.iter().any(|known| tag.starts_with(known))
    })
}

/// Who can read it, each once.
fn readers(field: &'static str, texts: &[String], findings: &mut Findings) -> Option<Vec<Name>> {
    let fix = "name who can read it there, such as ci-weather";
    if texts.is_empty() {
        findings.push(wrong(field, "it is missing", fix));
        return None;
    }
    if texts.len() > MOST_READERS {
        let detail = format!(
            "{} were given and at most {MOST_READERS} may be",
            texts.len()
        );
        findings.push(wrong(field, detail, "name groups"));
        return None;
    }
    let mut names: Vec<Name> = Vec::new();
    let mut are_names = true;
    for text in texts {
        match text.parse() {
            Ok(name) if names.contains(&name) => {}
            Ok(name) => names.push(name),
            Err(error) => {
                let error: base::InvalidName = error;
                findings.push(wrong(field, error.to_string(), fix));
                are_names = false;
            }
        }
    }
    are_names.then_some(names)
}

#[cfg(test)]
mod tests {
    use base::SeededEntropy;
    use credential::{DigestKey, EnvironmentClass, MintedApiKey};

    use super::*;

    /// What is told, by itself.
    fn check(told: &SecretPathRequest) -> Result<SecretPath, Findings> {
        let mut findings = Vec::new();
        super::check(told, ALONE, &mut findings).ok_or(findings)
    }

    type Edit = fn(&mut SecretPathRequest);

    fn told() -> SecretPathRequest {
        SecretPathRequest {
            level: Some("secrets_manager".to_owned()),
            place: Some("vault:secret/ci/weather".to_owned()),
            transport: Some("written by the pipeline".to_owned()),
            readers: vec!["ci-weather".to_owned()],
        }
    }

    fn fields(told: &SecretPathRequest) -> Vec<&'static str> {
        let findings = check(told).expect_err("it is refused");
        findings.iter().map(|finding| finding.field).collect()
    }

    #[test]
    fn everything_that_is_missing_is_told_at_once() {
        assert!(check(&told()).is_ok());
        let nothing = fields(&SecretPathRequest::default());
        assert_eq!(nothing, ["level", "place", "transport", "readers"]);
    }

    #[test]
    fn the_secret_itself_is_refused_and_not_repeated() {
        let key = DigestKey::new([7; 32]);
        let minted = MintedApiKey::mint(
            EnvironmentClass::Production,
            &key,
            &mut SeededEntropy::new(1),
        );
        let secret = minted.secret.expose();
        let cut: String = secret.chars().take(40).collect();
        for text in [
            secret.to_owned(),
            format!("vault:x={secret}#y"),
            secret.replace('_', "%5F"),
            cut,
        ] {
            for edit in [
                |told: &mut SecretPathRequest, text| told.place = Some(text),
                |told: &mut SecretPathRequest, text| told.transport = Some(text),
            ] {
                let mut wrong = told();
                edit(&mut wrong, text.clone());
                let findings = check(&wrong).expect_err("it is refused");
                assert_eq!(findings.len(), 1);
                assert!(!format!("{findings:?}").contains(secret));
            }
        }
    }

    #[test]
    fn a_line_is_one_line_and_a_level_one_of_the_list() {
        let edits: [(&str, Edit); 5] = [
            ("level", |told| told.level = Some("Vault".to_owned())),
            ("place", |told| told.place = Some("a\nb".to_owned())),
            ("transport", |told| told.transport = Some("x".repeat(201))),
            ("readers", |told| {
                told.readers = vec!["Not A Name".to_owned()]
            }),
            ("readers", |told| {
                told.readers = (0..33).map(|n| format!("r{n}")).collect()
            }),
        ];
        for (field, edit) in edits {
            let mut wrong = told();
            edit(&mut wrong);
            assert_eq!(fields(&wrong), [field]);
        }
    }
}
