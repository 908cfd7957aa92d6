//! What must hold before a password is hashed: hashing is slow, and a refusal
//! names everything at once.

use base::Secret;

use super::{Account, AccountRequest, create, password};
use crate::{FieldFinding, Refusal};

/// Whether an account can be made of a request and a password, if it has one.
///
/// # Errors
///
/// [`Refusal::Invalid`] with everything that is missing or wrong.
pub fn require_whole(request: &AccountRequest, password: Option<&Secret>) -> Result<(), Refusal> {
    let mut findings = create::check(request).err().unwrap_or_default();
    findings.extend(password.and_then(password_finding));
    if findings.is_empty() {
        return Ok(());
    }
    Err(Refusal::Invalid(findings))
}

/// Whether a password was given, and may be one.
///
/// # Errors
///
/// [`Refusal::Invalid`].
pub fn require_password(password: Option<&Secret>) -> Result<&Secret, Refusal> {
    let finding = match password {
        Some(password) => password_finding(password).map_or(Ok(password), Err),
        None => Err(finding("it is missing".to_owned())),
    };
    finding.map_err(|finding| Refusal::Invalid(vec![finding]))
}

/// Refuses a login name that somebody has. `held` is the account with it.
///
/// # Errors
///
/// [`Refusal::Invalid`].
pub fn require_free_name(held: Option<&Account>) -> Result<(), Refusal> {
    let Some(held) = held else {
        return Ok(());
    };
    Err(Refusal::Invalid(vec![FieldFinding {
        field: "login_name",
        detail: format!("account {} has it", held.id),
        fix: "give the person another one, or look whether that is theirs".to_owned(),
    }]))
}

fn password_finding(password: &Secret) -> Option<FieldFinding> {
    let wrong = password::check(password).err()?;
    Some(finding(wrong.to_string()))
}

fn finding(detail: String) -> FieldFinding {
    FieldFinding {
        field: "password",
        detail,
        fix: "let the person choose a sentence that nobody else would".to_owned(),
    }
}
