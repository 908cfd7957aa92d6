//! Who we are at Google.

use std::sync::Arc;

use base::{Clock, Secret};
use secret_http::{Answer, HttpPlace, Question};
use secret_source::{SecretSource, SourceFault};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

use crate::service_account::ServiceAccount;

/// Who we are, and where that is judged.
pub struct Settings {
    /// Secret Manager: `https://secretmanager.googleapis.com`.
    pub endpoint: Url,
    /// Where a service account gets a token: `https://oauth2.googleapis.com/token`.
    /// What its key file says about that is not listened to.
    pub token_endpoint: Url,
    /// The machine's metadata service: `http://169.254.169.254`.
    pub metadata: Url,
    /// How.
    pub login: Login,
    /// The time, for what a service account signs.
    pub clock: Arc<dyn Clock>,
}

/// How a token is had.
#[derive(Debug)]
pub enum Login {
    /// A service account: its key file (JSON) is the secret.
    ServiceAccount(Arc<dyn SecretSource>),
    /// The identity of the machine.
    Metadata,
}

/// An identity, ready to ask.
pub struct Google {
    place: HttpPlace,
    token_endpoint: Url,
    token_place: HttpPlace,
    metadata: HttpPlace,
    login: Login,
    clock: Arc<dyn Clock>,
    token: Mutex<Option<Arc<Secret>>>,
}

impl std::fmt::Debug for Google {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Google({})", self.place.base())
    }
}

/// The grant of a signed assertion (RFC 7523 section 2.1).
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

#[derive(Deserialize)]
struct Granted {
    access_token: String,
}

impl Google {
    /// An identity; nothing is asked yet.
    pub fn new(settings: Settings) -> Result<Self, SourceFault> {
        let mut token_base = settings.token_endpoint.clone();
        token_base.set_path("/");
        Ok(Self {
            place: HttpPlace::new(settings.endpoint, None)?,
            token_place: HttpPlace::new(token_base, None)?,
            token_endpoint: settings.token_endpoint,
            metadata: HttpPlace::metadata(settings.metadata)?,
            login: settings.login,
            clock: settings.clock,
            token: Mutex::new(None),
        })
    }

    /// Asks with our token; with a fresh one if the one that we had is refused,
    /// since tokens end.
    pub(crate) async fn ask<'a>(
        &self,
        question: impl Fn() -> Question<'a>,
    ) -> Result<Answer, SourceFault> {
        let (token, fresh) = self.token().await?;
        let answer = self.place.ask(question().bearer(&token)).await?;
        if answer.status() != 401 || fresh {
            return Ok(answer);
        }
        self.forget(&token).await;
        let (token, _) = self.token().await?;
        self.place.ask(question().bearer(&token)).await
    }

    /// The token, and whether it was had just now. One login at a time.
    async fn token(&self) -> Result<(Arc<Secret>, bool), SourceFault> {
        let mut token = self.token.lock().await;
        if let Some(token) = &*token {
            return Ok((Arc::clone(token), false));
        }
        let fresh = Arc::new(self.log_in().await?);
        *token = Some(Arc::clone(&fresh));
        Ok((fresh, true))
    }

    async fn forget(&self, refused: &Arc<Secret>) {
        let mut token = self.token.lock().await;
        if token
            .as_ref()
            .is_some_and(|token| Arc::ptr_eq(token, refused))
        {
            *token = None;
        }
    }

    async fn log_in(&self) -> Result<Secret, SourceFault> {
        let answer = match &self.login {
            Login::ServiceAccount(source) => {
                let account = ServiceAccount::parse(&source.read().await?)?;
                let now = self.clock.now();
                let assertion = account.assertion(self.token_endpoint.as_str(), now)?;
                let fields = [
                    ("grant_type", JWT_BEARER),
                    ("assertion", assertion.expose()),
                ];
                let question = Question::post(self.token_endpoint.path()).form(&fields);
                self.token_place.ask(question).await?
            }
            Login::Metadata => {
                let path = "/computeMetadata/v1/instance/service-accounts/default/token";
                let flavor = Secret::new("Google".to_owned());
                let question = Question::get(path).header("metadata-flavor", flavor);
                self.metadata.ask(question).await?
            }
        };
        // RFC 6749 section 5.2: a grant that is refused is a 400.
        if answer.status() == 400 {
            return Err(SourceFault::Denied(
                "Google refuses the login: check the service account and its key".to_owned(),
            ));
        }
        let granted: Granted = answer.success("login at Google")?.json()?;
        Ok(Secret::new(granted.access_token))
    }
}
