//! The redirect URIs of a client: their shape is its type's.

use credential::EnvironmentClass;

use super::{ClientRequest, ClientType};
use crate::FieldFinding;
use crate::redirect_uri::{InvalidRedirectUri, RedirectUri};

/// How many one client may have, of each kind.
const MOST: usize = 16;

/// Those for answers, and those for after a logout.
pub(super) fn check(
    request: &ClientRequest,
    client_type: ClientType,
    class: EnvironmentClass,
    findings: &mut Vec<FieldFinding>,
) -> (Vec<RedirectUri>, Vec<RedirectUri>) {
    let mut read = |field, texts: &[String]| {
        let shape = (client_type, class);
        several(field, texts, shape, findings)
    };
    let to = read("redirect_uris", &request.redirect_uris);
    let after = read(
        "post_logout_redirect_uris",
        &request.post_logout_redirect_uris,
    );
    if client_type.is_delegated() && request.redirect_uris.is_empty() {
        findings.push(FieldFinding {
            field: "redirect_uris",
            detail: "it is missing".to_owned(),
            fix: "name where answers go, such as https://app.example.com/callback".to_owned(),
        });
    }
    (to, after)
}

fn several(
    field: &'static str,
    texts: &[String],
    (client_type, class): (ClientType, EnvironmentClass),
    findings: &mut Vec<FieldFinding>,
) -> Vec<RedirectUri> {
    let mut wrong = |detail: String, fix: &str| {
        findings.push(FieldFinding {
            field,
            detail,
            fix: fix.to_owned(),
        });
    };
    if texts.len() > MOST {
        let detail = format!("{} were given and at most {MOST} may be", texts.len());
        wrong(detail, "register a client for each application");
        return Vec::new();
    }
    let mut found: Vec<RedirectUri> = Vec::new();
    for text in texts {
        match text.parse::<RedirectUri>() {
            Ok(uri) if !client_type.may_redirect_to(&uri, class) => wrong(
                format!("a {} client has no such redirect URI", client_type.as_str()),
                "web and browser clients have https; native ones also a loopback address or a scheme of their own",
            ),
            Ok(uri) if found.contains(&uri) => {
                wrong("one comes twice".to_owned(), "name each once")
            }
            Ok(uri) => found.push(uri),
            Err(error) => wrong(error.to_string(), fix(error)),
        }
    }
    found
}

const fn fix(error: InvalidRedirectUri) -> &'static str {
    match error {
        InvalidRedirectUri::Scheme | InvalidRedirectUri::Authority => {
            "write it like https://app.example.com/callback"
        }
        InvalidRedirectUri::Length
        | InvalidRedirectUri::Character
        | InvalidRedirectUri::Fragment
        | InvalidRedirectUri::Path => "write it exactly as the application will send it",
    }
}
