//! Who we are at Azure.

use std::sync::Arc;

use base::Secret;
use secret_http::{Answer, HttpPlace, Question};
use secret_source::uri::AzureVault;
use secret_source::{SecretSource, SourceFault, secret_text};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::{Host, Url};

/// Who we are, and where that is judged.
#[derive(Debug)]
pub struct Settings {
    /// Where a token is had: `https://login.microsoftonline.com`, or the one of
    /// a sovereign cloud.
    pub authority: Url,
    /// The machine's metadata service: `http://169.254.169.254`.
    pub metadata: Url,
    /// How.
    pub login: Login,
}

/// How a token is had.
#[derive(Debug)]
pub enum Login {
    /// An application with a secret.
    ClientSecret {
        /// The tenant.
        tenant: String,
        /// The application.
        client_id: String,
        /// Its secret.
        secret: Arc<dyn SecretSource>,
    },
    /// An application that another issuer vouches for: workload identity.
    FederatedToken {
        /// The tenant.
        tenant: String,
        /// The application.
        client_id: String,
        /// The other issuer's token.
        token: Arc<dyn SecretSource>,
    },
    /// The identity of the machine.
    ManagedIdentity {
        /// Which one, where it has several.
        client_id: Option<String>,
    },
}

/// An identity, ready to ask.
#[derive(Debug)]
pub struct Azure {
    authority: HttpPlace,
    metadata: HttpPlace,
    login: Login,
    token: Mutex<Option<(String, Arc<Secret>)>>,
}

/// The type of a JWT as a client's credential (RFC 7523 section 2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

#[derive(Deserialize)]
struct Granted {
    access_token: String,
}

impl Azure {
    /// An identity; nothing is asked yet.
    pub fn new(settings: Settings) -> Result<Self, SourceFault> {
        Ok(Self {
            authority: HttpPlace::new(settings.authority, None)?,
            metadata: HttpPlace::metadata(settings.metadata)?,
            login: settings.login,
            token: Mutex::new(None),
        })
    }

    /// Asks a vault with our token; with a fresh one if the one that we had is
    /// refused, since tokens end.
    pub(crate) async fn ask<'a>(
        &self,
        vault: &AzureVault,
        question: impl Fn() -> Question<'a>,
    ) -> Result<Answer, SourceFault> {
        let place = HttpPlace::new(vault.url().clone(), None)?;
        let resource = resource(vault.url());
        let (token, fresh) = self.token(&resource).await?;
        let answer = place.ask(question().bearer(&token)).await?;
        if answer.status() != 401 || fresh {
            return Ok(answer);
        }
        self.forget(&token).await;
        let (token, _) = self.token(&resource).await?;
        place.ask(question().bearer(&token)).await
    }

    /// The token for `resource`, and whether it was had just now. One login at
    /// a time.
    async fn token(&self, resource: &str) -> Result<(Arc<Secret>, bool), SourceFault> {
        let mut token = self.token.lock().await;
        if let Some((known, token)) = &*token
            && known == resource
        {
            return Ok((Arc::clone(token), false));
        }
        let fresh = Arc::new(self.log_in(resource).await?);
        *token = Some((resource.to_owned(), Arc::clone(&fresh)));
        Ok((fresh, true))
    }

    async fn forget(&self, refused: &Arc<Secret>) {
        let mut token = self.token.lock().await;
        if token
            .as_ref()
            .is_some_and(|(_, token)| Arc::ptr_eq(token, refused))
        {
            *token = None;
        }
    }

    async fn log_in(&self, resource: &str) -> Result<Secret, SourceFault> {
        let scope = format!("{resource}/.default");
        let answer = match &self.login {
            Login::ClientSecret {
                tenant,
                client_id,
                secret,
            } => {
                let secret = secret_text::line(&secret.read().await?)?;
                let mut fields = client(client_id, &scope);
                fields.push(("client_secret", secret.expose()));
                self.ask_authority(tenant, &fields).await?
            }
            Login::FederatedToken {
                tenant,
                client_id,
                token,
            } => {
                let token = secret_text::line(&token.read().await?)?;
                let mut fields = client(client_id, &scope);
                fields.push(("client_assertion_type", JWT_BEARER));
                fields.push(("client_assertion", token.expose()));
                self.ask_authority(tenant, &fields).await?
            }
            Login::ManagedIdentity { client_id } => {
                self.ask_machine(resource, client_id.as_deref()).await?
            }
        };
        // Both say 400 to an identity that they do not know.
        if answer.status() == 400 {
            return Err(SourceFault::Denied(
                "Azure refuses the login: check tenant, client and credential".to_owned(),
            ));
        }
        let granted: Granted = answer.success("login at Azure")?.json()?;
        Ok(Secret::new(granted.access_token))
    }

    async fn ask_authority(
        &self,
        tenant: &str,
        fields: &[(&str, &str)],
    ) -> Result<Answer, SourceFault> {
        let path = format!("/{tenant}/oauth2/v2.0/token");
        self.authority.ask(Question::post(&path).form(fields)).await
    }

    async fn ask_machine(
        &self,
        resource: &str,
        client_id: Option<&str>,
    ) -> Result<Answer, SourceFault> {
        let path = machine_path(resource, client_id);
        let question = Question::get(&path).header("metadata", Secret::new("true".to_owned()));
        self.metadata.ask(question).await
    }
}

fn machine_path(resource: &str, client_id: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("api-version", "2018-02-01");
    query.append_pair("resource", resource);
    if let Some(client_id) = client_id {
        query.append_pair("client_id", client_id);
    }
    format!("/metadata/identity/oauth2/token?{}", query.finish())
}

fn client<'a>(client_id: &'a str, scope: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("grant_type", "client_credentials"),
        ("client_id", client_id),
        ("scope", scope),
    ]
}

/// What a token for this vault is good for: the cloud's vaults, and nothing
/// else. `NAME.vault.azure.cn` is a vault of `https://vault.azure.cn`.
fn resource(vault: &Url) -> String {
    match vault.host() {
        Some(Host::Domain(host)) => match host.split_once('.') {
            Some((_, cloud)) => format!("https://{cloud}"),
            None => format!("https://{host}"),
        },
        _ => "https://vault.azure.net".to_owned(),
    }
}
