//! What is said of accounts.

use std::fmt::Write as _;

use admin::answer::AccountAnswer;

use crate::table::{plain, table, text};

fn status(account: &AccountAnswer) -> String {
    match &account.disabled {
        Some(disabled) => format!("disabled since {}: {}", disabled.at, disabled.reason),
        None => "enabled".to_owned(),
    }
}

/// One account, a line for each field.
pub(super) fn account_text(account: &AccountAnswer) -> String {
    let email = account.email.as_ref().map_or_else(
        || "-".to_owned(),
        |email| {
            let is_verified = if email.is_verified {
                "verified"
            } else {
                "not verified"
            };
            format!("{} ({is_verified})", email.address)
        },
    );
    let has_password = if account.has_password { "set" } else { "none" };
    let mut out = String::new();
    for (name, value) in [
        ("account", &account.id),
        ("login name", &account.login_name),
        ("status", &status(account)),
        ("name", &account.display_name),
        ("email", &email),
        ("password", &has_password.to_owned()),
        ("organisation", &account.organisation),
        ("environment", &account.environment),
        ("created", &account.created_at),
    ] {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{name:<13} {}", plain(value));
    }
    out.trim_end().to_owned()
}

/// An account with the password that was made for it.
pub(super) fn with_password(told: &str, password: &str) -> String {
    format!(
        "{told}\n\n  {}\n\n\
         This is the only time that the password is shown: give it to its person now.",
        plain(password)
    )
}

/// Every account, a row for each.
pub(super) fn list_text(accounts: &[AccountAnswer]) -> String {
    if accounts.is_empty() {
        return "There is no account yet: doorward user create makes one.".to_owned();
    }
    let mut rows = table(["account", "login name", "status", "organisation", "name"]);
    for account in accounts {
        let row = [
            account.id.as_str(),
            &account.login_name,
            &status(account),
            &account.organisation,
            &account.display_name,
        ];
        rows.add_row(row.map(plain));
    }
    text(&rows)
}
