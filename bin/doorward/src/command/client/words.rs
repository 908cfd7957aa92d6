//! What is said of clients.

use std::fmt::Write as _;

use admin::answer::{ClientAnswer, CreatedClientAnswer, RevokedClientAnswer};

use crate::command::api_key::in_force_text;
use crate::table::{plain, table, text};

pub(super) fn created_text(created: &CreatedClientAnswer) -> String {
    let client = &created.client;
    let told = in_force_text(created.in_force, "The gate knows it");
    let record = record_text(client);
    let Some(secret) = &created.client_secret else {
        return format!(
            "{record}\n\n{told}\n\nIt has no secret, for it could keep none: PKCE proves each request."
        );
    };
    let (id, secret) = (plain(&client.client_id), plain(secret));
    format!(
        "{record}\n\n{told}\n\n  {secret}\n\n\
         This is the only time that its secret is shown: give it to its holder now.{}",
        token_line(client, &id, &secret)
    )
}

/// How a service gets a token. Others get theirs from people.
fn token_line(client: &ClientAnswer, id: &str, secret: &str) -> String {
    if client.client_type != "service" {
        return String::new();
    }
    // One scope always points to one API or is refused with the choices.
    let scope = client.scopes.first();
    let scope = scope.map_or_else(String::new, |scope| plain(scope));
    format!(
        "\nTo get a token, with your issuer's address for ISSUER:\n\n  \
         curl -u '{id}:{secret}' -d grant_type=client_credentials -d scope={scope} 'ISSUER/oauth2/token'"
    )
}

pub(super) fn revoked_text(revoked: &RevokedClientAnswer) -> String {
    format!(
        "{}\n\n{}",
        record_text(&revoked.client),
        in_force_text(revoked.in_force, "The gate refuses its tokens"),
    )
}

pub(super) fn record_text(client: &ClientAnswer) -> String {
    let mut out = String::new();
    let status = match &client.revocation {
        Some(revocation) => format!("revoked at {}: {}", revocation.at, revocation.reason),
        None => client.status.as_str().to_owned(),
    };
    let dash = || "-".to_owned();
    let or_dash = |texts: &[String]| match texts {
        [] => dash(),
        texts => texts.join(" "),
    };
    for (name, value) in [
        ("client", &client.client_id),
        ("type", &client.client_type),
        ("name", &client.name.clone().unwrap_or_else(dash)),
        ("redirect", &or_dash(&client.redirect_uris)),
        ("after logout", &or_dash(&client.post_logout_redirect_uris)),
        ("status", &status),
        ("environment", &client.environment),
        ("organisation", &client.organisation),
        ("owner", &client.owner),
        ("purpose", &client.purpose),
        ("revoker", &client.revoker),
        ("scopes", &client.scopes.join(" ")),
        ("audiences", &client.audiences.join(" ")),
        ("created", &client.created_at),
        ("expires", &client.expires_at),
    ] {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{name:<13} {}", plain(value));
    }
    out.trim_end().to_owned()
}

pub(super) fn list_text(clients: &[ClientAnswer]) -> String {
    if clients.is_empty() {
        return "There is no client yet: doorward client create makes one.".to_owned();
    }
    let mut rows = table([
        "client",
        "type",
        "name",
        "status",
        "organisation",
        "owner",
        "scopes",
        "audiences",
        "redirect",
        "expires",
    ]);
    for client in clients {
        let row = [
            &client.client_id,
            &client.client_type,
            client.name.as_deref().unwrap_or("-"),
            client.status.as_str(),
            &client.organisation,
            &client.owner,
            &client.scopes.join(" "),
            &client.audiences.join(" "),
            &client.redirect_uris.join(" "),
            &client.expires_at,
        ];
        rows.add_row(row.map(plain));
    }
    text(&rows)
}
