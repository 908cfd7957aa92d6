//! How a token is had.

use std::sync::Arc;

use base::Secret;
use secret_http::Question;
use secret_source::{SecretSource, SourceFault, secret_text};
use serde::Deserialize;

use crate::Vault;

/// How a token is had. Every secret in it is a source of its own, read again at
/// every login, so that a token that an agent renews in its file is found.
#[derive(Debug)]
pub enum Login {
    /// A token that somebody else made.
    Token(Arc<dyn SecretSource>),
    /// AppRole: a role id and a secret id.
    AppRole {
        /// Where the method is mounted, such as `approle`.
        mount: String,
        /// The role id: a name, no secret.
        role_id: String,
        /// The secret id.
        secret_id: Arc<dyn SecretSource>,
    },
    /// Kubernetes: a role and the service account's token.
    Kubernetes {
        /// Where the method is mounted, such as `kubernetes`.
        mount: String,
        /// The role.
        role: String,
        /// The service account's token.
        token: Arc<dyn SecretSource>,
    },
}

#[derive(Deserialize)]
struct LoggedIn {
    auth: Granted,
}

#[derive(Deserialize)]
struct Granted {
    client_token: String,
}

impl Login {
    pub(crate) async fn token(&self, vault: &Vault) -> Result<Secret, SourceFault> {
        let (mount, role, name, credential) = match self {
            Self::Token(source) => return secret_text::line(&source.read().await?),
            Self::AppRole {
                mount,
                role_id,
                secret_id,
            } => (mount, ("role_id", role_id), "secret_id", secret_id),
            Self::Kubernetes { mount, role, token } => (mount, ("role", role), "jwt", token),
        };
        let credential = secret_text::line(&credential.read().await?)?;
        let path = format!("/v1/auth/{mount}/login");
        let body = [(role.0, role.1.as_str()), (name, credential.expose())];
        let body: std::collections::BTreeMap<_, _> = body.into();
        let question = vault.addressed(Question::post(&path)).json(&body);
        let answer = vault.place().ask(question).await?;
        // Vault says 400 to a role or a secret id that it does not know.
        if answer.status() == 400 {
            return Err(SourceFault::Denied(format!(
                "{} refuses the login at auth/{mount}",
                vault.place().base()
            )));
        }
        let answer = answer.success(&format!("login at auth/{mount}"))?;
        let logged_in: LoggedIn = answer.json()?;
        Ok(Secret::new(logged_in.auth.client_token))
    }
}
