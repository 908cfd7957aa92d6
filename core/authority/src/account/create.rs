//! An account is created by an operator.

use base::{Entropy, Name, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Account, AccountId, Email, LoginName, PasswordHash};
use crate::audit::{Action, Origin};
use crate::versioned::Versioned;
use crate::{Effect, FieldFinding, Plan, Refusal, Writes};

/// The most characters of a name that pages show.
const LONGEST_DISPLAY_NAME: usize = 100;

/// The fields of a request for an account, as they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountRequest {
    /// See [`Account::organisation`].
    #[serde(default)]
    pub organisation: Option<String>,
    /// See [`Account::login_name`].
    #[serde(default)]
    pub login_name: Option<String>,
    /// See [`Account::display_name`]; the login name if it is absent.
    #[serde(default)]
    pub display_name: Option<String>,
    /// An address of mail, not yet verified.
    #[serde(default)]
    pub email: Option<String>,
}

/// Creates an account. `password` was checked and hashed.
///
/// # Errors
///
/// [`Refusal::Invalid`] with everything that is missing or wrong.
pub fn create(
    request: &AccountRequest,
    password: Option<PasswordHash>,
    origin: &Origin,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<Plan<Account>, Refusal> {
    let checked = check(request).map_err(Refusal::Invalid)?;
    let account = Account {
        id: AccountId::generate(entropy),
        environment: origin.environment.clone(),
        organisation: checked.organisation,
        login_name: checked.login_name,
        display_name: checked.display_name,
        email: checked.email,
        password,
        subject_version: 1,
        created_at: now,
        disabled: None,
        version: 1,
    };
    let detail = format!("{} of {}", account.login_name, account.organisation);
    let target = Some(account.id.to_string());
    let event = origin.event(Action::AccountCreated, target, detail, now);
    Ok(Plan {
        outcome: account.clone(),
        writes: Writes {
            effects: vec![Effect::put(0, account.into_record())],
            audit: vec![event],
            ..Writes::default()
        },
    })
}

pub(super) struct Checked {
    organisation: Name,
    login_name: LoginName,
    display_name: String,
    email: Option<Email>,
}

pub(super) fn check(request: &AccountRequest) -> Result<Checked, Vec<FieldFinding>> {
    let mut findings = Vec::new();
    let organisation = crate::accountability::name(
        "organisation",
        request.organisation.as_deref(),
        "acme",
        &mut findings,
    );
    let login_name = login_name(request.login_name.as_deref(), &mut findings);
    let shown = request.display_name.clone();
    let shown = shown.or_else(|| login_name.as_ref().map(LoginName::to_string));
    let display_name = shown.filter(|name| {
        let right = !name.trim().is_empty()
            && name.chars().count() <= LONGEST_DISPLAY_NAME
            && !name.chars().any(char::is_control);
        if !right {
            findings.push(FieldFinding {
                field: "display_name",
                detail: "it is empty, over-long or has a control character".to_owned(),
                fix: format!("write at most {LONGEST_DISPLAY_NAME} characters, such as Alice Doe"),
            });
        }
        right
    });
    let email = email(request.email.as_deref(), &mut findings);
    match (organisation, login_name, display_name, findings.is_empty()) {
        (Some(organisation), Some(login_name), Some(display_name), true) => Ok(Checked {
            organisation,
            login_name,
            display_name,
            email,
        }),
        _ => Err(findings),
    }
}

fn login_name(text: Option<&str>, findings: &mut Vec<FieldFinding>) -> Option<LoginName> {
    let parsed = text.map(str::parse);
    let detail = match parsed {
        Some(Ok(name)) => return Some(name),
        Some(Err(error)) => error_text(error),
        None => "it is missing".to_owned(),
    };
    findings.push(FieldFinding {
        field: "login_name",
        detail,
        fix: "write what the person types to log in, such as alice".to_owned(),
    });
    None
}

fn error_text(error: super::InvalidLoginName) -> String {
    error.to_string()
}

/// An address is one that a login name could be, with its `@`.
fn email(text: Option<&str>, findings: &mut Vec<FieldFinding>) -> Option<Email> {
    let text = text?;
    let parts = text.split_once('@');
    let whole = parts.is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
    match text.parse::<LoginName>() {
        Ok(address) if whole => Some(Email {
            address: address.to_string(),
            is_verified: false,
        }),
        _ => {
            findings.push(FieldFinding {
                field: "email",
                detail: "it is no address of mail in ASCII".to_owned(),
                fix: "write one such as alice@example.com".to_owned(),
            });
            None
        }
    }
}
