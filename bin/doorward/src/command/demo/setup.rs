//! What the demo is made of.

use std::path::Path;
use std::sync::Arc;

use base::{Name, Secret};
use credential::{Environment, EnvironmentClass};
use ephemeral::SystemEntropy;
use jose::Algorithm;
use serde_json::{Value, json};

use super::delegation::{Delegation, PublicClient};
use super::operator::Operator;
use super::sample_api::SampleApi;
use super::{Ports, callback};
use crate::answer::Fault;
use crate::command::generated_password;
use crate::command::init::{InitialKeys, NewInstallation, install};
use crate::config::Config;
use crate::wire::{self, Listeners, Running};

/// The demo, ready.
pub(super) struct Ready {
    pub(super) gate: String,
    pub(super) issuer: String,
    pub(super) admin: String,
    pub(super) operator_token: Secret,
    pub(super) api_key: Credential,
    pub(super) client: Credential,
    pub(super) user: Person,
    pub(super) delegation: Arc<Delegation>,
    pub(super) mobile_client: PublicClient,
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) config: String,
    pub(super) binary: String,
}

/// A credential of the demo.
pub(super) struct Credential {
    pub(super) id: String,
    pub(super) secret: Secret,
}

/// A person of the demo.
pub(super) struct Person {
    pub(super) name: String,
    pub(super) password: Secret,
}

/// An endpoint of the demo.
pub(super) struct Endpoint {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) accepts: Vec<String>,
    pub(super) scopes: Vec<String>,
    pub(super) consequence: String,
}

impl Ready {
    /// The one line that programs read.
    pub(super) fn to_json(&self) -> String {
        let credential = |credential: &Credential| json!({ "id": credential.id, "secret": credential.secret.expose() });
        let public =
            |client: &PublicClient| json!({ "id": client.id, "redirect_uri": client.redirect_uri });
        let endpoints: Vec<Value> = self
            .endpoints
            .iter()
            .map(|endpoint| {
                json!({
                    "id": endpoint.id,
                    "method": endpoint.method,
                    "url": format!("{}{}", self.gate, endpoint.path),
                    "accepts": endpoint.accepts,
                    "scopes": endpoint.scopes,
                    "consequence": endpoint.consequence,
                })
            })
            .collect();
        json!({
            "gate": self.gate,
            "issuer": self.issuer,
            "admin": self.admin,
            "operator_token": self.operator_token.expose(),
            "api_key": credential(&self.api_key),
            "client": credential(&self.client),
            "user": { "name": self.user.name, "password": self.user.password.expose() },
            "public_client": public(&self.delegation.client),
            "mobile_client": public(&self.mobile_client),
            "endpoints": endpoints,
            "config": self.config,
        })
        .to_string()
    }
}

/// Installs, starts and fills the demo.
pub(super) async fn set_up(
    directory: &Path,
    ports: Ports,
    sample_api: SampleApi,
) -> Result<(Running, Ready), Fault> {
    let [gate, issuer, admin] = [&ports.gate, &ports.issuer, &ports.admin]
        .map(|bound| format!("http://{}", bound.address()));
    let home = directory.join("doorward");
    let operator_token = install_demo(&home, &ports, &issuer).await?;
    let config_path = home.join("doorward.toml");
    let config = Config::read(&config_path)?;
    let listeners = Listeners {
        gate: Some(ports.gate),
        issuer: Some(ports.issuer),
        exchange: None,
        admin: Some(ports.admin),
        management: None,
    };
    let running = wire::start(&config, listeners).await?;

    let application = format!("http://{}", sample_api.address);
    let inventory = include_str!("inventory.toml").replace("{upstream}", &application);
    write_inventory(&home, &inventory)?;
    let operator = Operator::new(&admin, &operator_token)?;
    operator.apply(inventory).await?;
    let api_key = operator.create_api_key().await?;
    let client = operator.create_client().await?;
    let password = generated_password(&mut SystemEntropy);
    let user = operator.create_person("alice", "Alice Doe", password);
    let user = user.await?;
    let callback = format!("{application}{}", callback::PATH);
    let web = operator.create_public_client("browser", "Acme Profile", callback);
    let web = web.await?;
    // RFC 8252 section 7.3: at a loopback address any port is this one.
    let app = "http://127.0.0.1/callback".to_owned();
    let app = operator.create_public_client("native", "Acme Profile for phones", app);
    let mobile_client = app.await?;
    let endpoints = operator.endpoints().await?;
    let binary = std::env::current_exe()
        .map_or_else(|_| "doorward".to_owned(), |path| path.display().to_string());
    let config = config_path.display().to_string();
    let places = [issuer.as_str(), &gate, &binary];
    let delegation = Arc::new(Delegation::new(places, web, &mut SystemEntropy));
    // It is set once: nothing was there before.
    let _ = sample_api.expected.set(Arc::clone(&delegation));
    let ready = Ready {
        gate,
        issuer,
        admin,
        operator_token,
        api_key,
        client,
        user,
        delegation,
        mobile_client,
        endpoints,
        config,
        binary,
    };
    Ok((running, ready))
}

async fn install_demo(home: &Path, ports: &Ports, issuer: &str) -> Result<Secret, Fault> {
    let name = |text: &str| {
        text.parse::<Name>()
            .map_err(|error| Fault::new(error.to_string(), "report this"))
    };
    let installation = NewInstallation {
        environment: Environment {
            name: name("demo")?,
            class: EnvironmentClass::Sandbox,
        },
        issuer: issuer
            .parse()
            .map_err(|error: snapshot::InvalidIssuerUrl| {
                Fault::new(error.to_string(), "report this")
            })?,
        signing_algorithm: Algorithm::Es256,
        listeners: [&ports.gate, &ports.issuer, &ports.admin]
            .map(|bound| bound.address().to_string()),
        keys: InitialKeys::default(),
    };
    let home = home.to_path_buf();
    // Making a store blocks, and this thread drives the sample API.
    tokio::task::spawn_blocking(move || install(&home, &installation, |_| Ok(())))
        .await
        .map_err(|error| {
            Fault::new(
                format!("the installation was not finished: {error}"),
                "report this",
            )
        })?
}

fn write_inventory(home: &Path, inventory: &str) -> Result<(), Fault> {
    let path = home.join("inventory.toml");
    std::fs::write(&path, inventory).map_err(|error| {
        Fault::new(
            format!("{} cannot be written: {error}", path.display()),
            "check the space on its disk",
        )
    })
}
