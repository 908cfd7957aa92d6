//! Somebody says where the secret of an API key lies (article 002, "audit the
//! path each secret takes from creation to use"). The secret itself has no
//! place in what they say.

use base::{Name, Timestamp};

use super::field::looks_like_a_secret;
use super::replacement::replacement;
use super::standing::standing;
use super::{ApiKey, SecretPath, StorageLevel};
use crate::audit::{Action, Origin};
use crate::{FieldFinding, Plan, Refusal};

/// How many readers are named one by one.
const MOST_READERS: usize = 32;

/// Where a secret lies, as somebody says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToldSecretPath {
    /// The level, by its name in JSON.
    pub level: Option<String>,
    /// Where, such as `vault:secret/ci/weather`.
    pub place: Option<String>,
    /// How it came there.
    pub transport: Option<String>,
    /// Who can read it there.
    pub readers: Vec<String>,
}

/// Writes down where the secret of a key lies; whatever was said before is
/// replaced. All that is missing or wrong is told at once.
pub fn tell_secret_path(
    api_key: &ApiKey,
    told: &ToldSecretPath,
    origin: &Origin,
    now: Timestamp,
) -> Result<Plan<ApiKey>, Refusal> {
    let mut record = standing(api_key, now)?.into_owned();
    let path = check(told).map_err(Refusal::Invalid)?;
    let detail = format!("{} readers at {}", path.readers.len(), path.place);
    record.secret_path = Some(path);
    let id = Some(record.id.to_string());
    let event = origin.event(Action::ApiKeySecretPathTold, id, detail, now);
    let writes = replacement(api_key, &mut record, vec![event]);
    Ok(Plan {
        outcome: record,
        writes,
    })
}

fn check(told: &ToldSecretPath) -> Result<SecretPath, Vec<FieldFinding>> {
    let mut findings = Vec::new();
    let level = level(told.level.as_deref(), &mut findings);
    let place = line(
        ("place", "such as vault:secret/ci/weather"),
        told.place.as_deref(),
        &mut findings,
    );
    let transport = line(
        (
            "transport",
            "how it came there, such as \"sealed envelope\"",
        ),
        told.transport.as_deref(),
        &mut findings,
    );
    let readers = readers(&told.readers, &mut findings);
    match (level, place, transport) {
        (Some(level), Some(place), Some(transport)) if findings.is_empty() => Ok(SecretPath {
            level,
            place,
            transport,
            readers,
        }),
        _ => Err(findings),
    }
}

fn wrong(field: &'static str, detail: &str, fix: impl Into<String>) -> FieldFinding {
    FieldFinding {
        field,
        detail: detail.to_owned(),
        fix: fix.into(),
    }
}

fn level(text: Option<&str>, findings: &mut Vec<FieldFinding>) -> Option<StorageLevel> {
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
            Some(_) => "it is no level",
            None => "it is missing",
        };
        let fix =
            "write secrets_manager, file, dot_env, environment, ci_variable or shared_storage";
        findings.push(wrong("level", detail, fix));
    }
    level
}

fn line(
    (field, example): (&'static str, &str),
    text: Option<&str>,
    findings: &mut Vec<FieldFinding>,
) -> Option<String> {
    let fix = || format!("say it in one line of at most 200 characters, {example}");
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        findings.push(wrong(field, "it is missing", fix()));
        return None;
    };
    if text.chars().count() > 200 || text.chars().any(char::is_control) {
        let detail = "it has more than 200 characters or a control character";
        findings.push(wrong(field, detail, fix()));
        return None;
    }
    // It is kept, shown and audited: whoever pastes the secret has lost it here.
    if looks_like_a_secret(text) {
        let fix = "say where it lies, not what it is; and rotate the one that you pasted";
        findings.push(wrong(field, "it has a secret in it", fix));
        return None;
    }
    Some(text.to_owned())
}

fn readers(texts: &[String], findings: &mut Vec<FieldFinding>) -> Vec<Name> {
    let fix = "name who can read it there, such as ci-weather";
    if texts.is_empty() {
        findings.push(wrong("readers", "it is missing", fix));
    }
    if texts.len() > MOST_READERS {
        findings.push(wrong("readers", "more than 32 are named", "name groups"));
        return Vec::new();
    }
    let mut names = Vec::new();
    for text in texts {
        match text.parse::<Name>() {
            Ok(name) if names.contains(&name) => {}
            Ok(name) => names.push(name),
            Err(error) => findings.push(wrong("readers", &error.to_string(), fix)),
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use base::SeededEntropy;
    use credential::{DigestKey, EnvironmentClass, MintedApiKey};

    use super::*;

    type Edit = fn(&mut ToldSecretPath);

    fn told() -> ToldSecretPath {
        ToldSecretPath {
            level: Some("secrets_manager".to_owned()),
            place: Some("vault:secret/ci/weather".to_owned()),
            transport: Some("written by the pipeline".to_owned()),
            readers: vec!["ci-weather".to_owned()],
        }
    }

    fn fields(told: &ToldSecretPath) -> Vec<&'static str> {
        let findings = check(told).expect_err("it is refused");
        findings.iter().map(|finding| finding.field).collect()
    }

    #[test]
    fn everything_that_is_missing_is_told_at_once() {
        assert!(check(&told()).is_ok());
        let nothing = fields(&ToldSecretPath::default());
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
                |told: &mut ToldSecretPath, text| told.place = Some(text),
                |told: &mut ToldSecretPath, text| told.transport = Some(text),
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
