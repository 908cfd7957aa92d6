//! The connection to one Vault.

use std::sync::Arc;

use base::Secret;
use secret_http::{Answer, HttpPlace, Question};
use secret_source::SourceFault;
use tokio::sync::Mutex;
use url::Url;

use crate::Login;

/// Where it is and who we are there.
#[derive(Debug)]
pub struct Settings {
    /// Its address, such as `https://vault.internal:8200`.
    pub address: Url,
    /// The certificates (PEM) that its own is checked against, instead of the
    /// system's.
    pub certificates: Option<Vec<u8>>,
    /// The namespace, where there are any.
    pub namespace: Option<String>,
    /// How the token is had.
    pub login: Login,
}

/// The connection to one Vault.
#[derive(Debug)]
pub struct Vault {
    place: HttpPlace,
    namespace: Option<String>,
    login: Login,
    token: Mutex<Option<Arc<Secret>>>,
}

impl Vault {
    /// A connection; nothing is asked yet.
    pub fn new(settings: Settings) -> Result<Self, SourceFault> {
        Ok(Self {
            place: HttpPlace::new(settings.address, settings.certificates.as_deref())?,
            namespace: settings.namespace,
            login: settings.login,
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
        let answer = self.send(question(), &token).await?;
        if answer.status() != 403 || fresh {
            return Ok(answer);
        }
        self.forget(&token).await;
        let (token, _) = self.token().await?;
        self.send(question(), &token).await
    }

    async fn send(&self, question: Question<'_>, token: &Secret) -> Result<Answer, SourceFault> {
        let token = Secret::new(token.expose().to_owned());
        let question = self.addressed(question).header("x-vault-token", token);
        self.place.ask(question).await
    }

    /// Every request names the namespace, and says that it is no accident of a
    /// browser (an agent in front may demand it).
    pub(crate) fn addressed<'a>(&self, question: Question<'a>) -> Question<'a> {
        let question = question.header("x-vault-request", Secret::new("true".to_owned()));
        match &self.namespace {
            Some(namespace) => question.header("x-vault-namespace", Secret::new(namespace.clone())),
            None => question,
        }
    }

    pub(crate) const fn place(&self) -> &HttpPlace {
        &self.place
    }

    /// The token, and whether it was had just now. One login at a time.
    async fn token(&self) -> Result<(Arc<Secret>, bool), SourceFault> {
        let mut token = self.token.lock().await;
        if let Some(token) = &*token {
            return Ok((Arc::clone(token), false));
        }
        let fresh = Arc::new(self.login.token(self).await?);
        *token = Some(Arc::clone(&fresh));
        Ok((fresh, true))
    }

    /// Forgets `refused`, if nobody has replaced it meanwhile.
    async fn forget(&self, refused: &Arc<Secret>) {
        let mut token = self.token.lock().await;
        if token
            .as_ref()
            .is_some_and(|token| Arc::ptr_eq(token, refused))
        {
            *token = None;
        }
    }
}
