//! The demo as its own first operator: it fills itself through the admin API.

use authority::accountability::CredentialRequest;
use base::Secret;
use serde_json::{Value, json};

use super::delegation::PublicClient;
use super::setup::{Credential, Endpoint, Person};
use crate::admin_api::AdminApi;
use crate::answer::Fault;
use crate::command::client::ClientBody;

/// The demo's operator.
pub(super) struct Operator(AdminApi);

const KEY_SCOPES: [&str; 1] = ["read:forecast"];
const DELEGATED_SCOPES: [&str; 1] = ["read:user_profile"];
const CLIENT_SCOPES: [&str; 3] = ["read:reports", "write:payments", "write:payouts"];

impl Operator {
    pub(super) fn new(admin: &str, token: &Secret) -> Result<Self, Fault> {
        AdminApi::new(admin, token.clone()).map(Self)
    }

    pub(super) async fn apply(&self, inventory: String) -> Result<(), Fault> {
        let applied = self
            .0
            .send_document("/admin/v1/inventory/apply", inventory)
            .await;
        Ok(applied.map(drop)?)
    }

    pub(super) async fn create_api_key(&self) -> Result<Credential, Fault> {
        let request = request(
            "team-weather",
            "the demo's forecasts",
            &KEY_SCOPES,
            &["weather"],
            "weather-oncall",
        );
        let created = self.0.post("/admin/v1/api_key", &request).await?;
        credential(&created, "/id", "/secret")
    }

    pub(super) async fn create_client(&self) -> Result<Credential, Fault> {
        let request = request(
            "acme-integrations",
            "the demo's partner",
            &CLIENT_SCOPES,
            &["reports", "payments"],
            "partners-oncall",
        );
        let created = self.0.post("/admin/v1/client", &request).await?;
        credential(&created, "/client_id", "/client_secret")
    }

    /// Somebody who can log in.
    pub(super) async fn create_person(
        &self,
        name: &str,
        display_name: &str,
        password: Secret,
    ) -> Result<Person, Fault> {
        let request = json!({
            "organisation": "acme",
            "login_name": name,
            "display_name": display_name,
            "password": password.expose(),
        });
        self.0.post("/admin/v1/account", &request).await?;
        Ok(Person {
            name: name.to_owned(),
            password,
        })
    }

    /// A client that keeps no secret, of that type, with that one redirect URI.
    pub(super) async fn create_public_client(
        &self,
        client_type: &str,
        name: &str,
        redirect_uri: String,
    ) -> Result<PublicClient, Fault> {
        let request = ClientBody {
            credential: request(
                "team-accounts",
                "the demo's people",
                &DELEGATED_SCOPES,
                &["profile"],
                "accounts-oncall",
            ),
            client_type: Some(client_type.to_owned()),
            name: Some(name.to_owned()),
            redirect_uris: vec![redirect_uri.clone()],
            post_logout_redirect_uris: Vec::new(),
        };
        let created = self.0.post("/admin/v1/client", &request).await?;
        let id = text(&created, "/client_id")?;
        Ok(PublicClient { id, redirect_uri })
    }

    /// The endpoints as the inventory in force has them.
    pub(super) async fn endpoints(&self) -> Result<Vec<Endpoint>, Fault> {
        let inventory = self.0.get("/admin/v1/inventory").await?;
        let apis = inventory
            .get("apis")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        apis.flat_map(|api| {
            api.get("endpoints")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
        })
        .map(endpoint)
        .collect()
    }
}

fn request(
    owner: &str,
    purpose: &str,
    scopes: &[&str],
    apis: &[&str],
    revoker: &str,
) -> CredentialRequest {
    CredentialRequest {
        organisation: Some("acme".to_owned()),
        owner: Some(owner.to_owned()),
        purpose: Some(purpose.to_owned()),
        revoker: Some(revoker.to_owned()),
        scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
        audiences: apis
            .iter()
            .map(|api| format!("https://api.example.com/{api}"))
            .collect(),
        expires_in: Some("30d".to_owned()),
    }
}

fn credential(created: &Value, id: &str, secret: &str) -> Result<Credential, Fault> {
    Ok(Credential {
        id: text(created, id)?,
        secret: Secret::new(text(created, secret)?),
    })
}

fn text(created: &Value, pointer: &str) -> Result<String, Fault> {
    let found = created.pointer(pointer).and_then(Value::as_str);
    found.map(str::to_owned).ok_or_else(|| unexpected(pointer))
}

fn endpoint(value: &Value) -> Result<Endpoint, Fault> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let texts = |value: &Value| {
        value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(text)
            .collect()
    };
    let read = || {
        let (method, path) = value.pointer("/matches")?.as_str()?.split_once(' ')?;
        Some(Endpoint {
            id: text(value.pointer("/id")?)?,
            method: method.to_owned(),
            path: path.to_owned(),
            accepts: texts(value.pointer("/demand/accepts")?),
            scopes: texts(value.pointer("/demand/scopes")?),
            consequence: text(value.pointer("/facts/consequence")?)?,
        })
    };
    read().ok_or_else(|| unexpected("an endpoint"))
}

fn unexpected(what: &str) -> Fault {
    Fault::new(
        format!("the admin API's answer has no {what}"),
        "report this",
    )
}
