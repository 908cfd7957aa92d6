//! The product as a process: installed, started, and filled as an operator
//! would fill it.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::exchange::{self, Request, free_address};
use super::process::Process;
use super::tools::Tools;
use crate::fault::Fault;

/// What the inventory calls the API.
pub(crate) const AUDIENCE: &str = "https://api.example.com/bench";

/// What every credential may do.
const SCOPE: &str = "read:bench";

const INVENTORY: &str = include_str!("inventory.toml");

/// An installation in a directory of its own, with an empty store.
#[derive(Debug)]
pub(crate) struct Installation {
    binary: PathBuf,
    directory: PathBuf,
    operator_token: String,
    /// Where callers come in.
    pub(crate) gate: SocketAddr,
    /// Where tokens come from.
    pub(crate) issuer: SocketAddr,
    admin: SocketAddr,
}

impl Installation {
    /// Makes one that signs with `algorithm`.
    pub(crate) fn make(binary: &Path, algorithm: &str, directory: &Path) -> Result<Self, Fault> {
        let fault = |why: String| Fault::new("cannot install doorward", why);
        let (gate, issuer, admin) = (free_address()?, free_address()?, free_address()?);
        let output = Command::new(binary)
            .arg("init")
            .arg(directory)
            .args(["--environment", "bench", "--issuer"])
            .arg(format!("http://{issuer}"))
            .args(["--signing-algorithm", algorithm])
            .stdin(Stdio::null())
            .output()
            .map_err(|error| fault(error.to_string()))?;
        let said = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            return Err(fault(format!("{said}{errors}")));
        }
        let operator_token =
            operator_token(&said).ok_or_else(|| fault("init showed no operator token".into()))?;
        let configuration = directory.join("doorward.toml");
        let mut text =
            fs::read_to_string(&configuration).map_err(|error| fault(error.to_string()))?;
        for (default, address) in [("7000", gate), ("7001", issuer), ("7002", admin)] {
            let default = format!("\"127.0.0.1:{default}\"");
            if !text.contains(&default) {
                return Err(fault(format!("doorward.toml does not listen on {default}")));
            }
            text = text.replace(&default, &format!("\"{address}\""));
        }
        fs::write(&configuration, text).map_err(|error| fault(error.to_string()))?;
        Ok(Self {
            binary: binary.to_path_buf(),
            directory: directory.to_path_buf(),
            operator_token,
            gate,
            issuer,
            admin,
        })
    }

    /// Starts it, on `core` if one is named; gives the time until gate, issuer
    /// and admin API all answered.
    pub(crate) fn start(
        &self,
        tools: &Tools,
        core: Option<usize>,
    ) -> Result<(Process, Duration), Fault> {
        let mut command = match core {
            Some(core) => tools.pinned(&self.binary, core),
            None => Command::new(&self.binary),
        };
        command
            .args(["serve", "--config"])
            .arg(self.directory.join("doorward.toml"));
        let log = self.directory.join("serve.log");
        let mut process = Process::start("doorward", &mut command, &log)?;
        let mut waiting = vec![
            (self.gate, Request::get("/")),
            (self.issuer, Request::get("/.well-known/jwks.json")),
            (self.admin, Request::get("/admin/openapi.json")),
        ];
        let ready = process.wait_until(&log, || {
            waiting.retain(|(address, request)| exchange::ask(*address, request).is_err());
            waiting.is_empty()
        })?;
        Ok((process, ready))
    }

    /// Applies the inventory in front of `upstream` and creates an API key and
    /// a client. The installation must be running.
    pub(crate) fn fill(&self, upstream: SocketAddr) -> Result<Filled, Fault> {
        let inventory = INVENTORY.replace("{upstream}", &format!("http://{upstream}"));
        self.operate("inventory/apply", "application/toml", inventory)?;
        let api_key = self.create("api_key", "/secret", json!({ "audiences": [AUDIENCE] }))?;
        let client = json!({ "audiences": [AUDIENCE] });
        let created = self.operate(
            "client",
            "application/json",
            credential_request(client).to_string(),
        )?;
        Ok(Filled {
            api_key,
            client_id: text_at(&created, "/client_id")?,
            client_secret: text_at(&created, "/client_secret")?,
        })
    }

    /// The public keys, as a JSON Web Key set.
    pub(crate) fn public_keys(&self) -> Result<Value, Fault> {
        let answer = exchange::ask(self.issuer, &Request::get("/.well-known/jwks.json"))?;
        serde_json::from_str(&answer.body)
            .map_err(|error| Fault::new("the key set is not JSON", error))
    }

    fn create(&self, kind: &str, pointer: &str, request: Value) -> Result<String, Fault> {
        let body = credential_request(request).to_string();
        let created = self.operate(kind, "application/json", body)?;
        text_at(&created, pointer)
    }

    fn operate(&self, what: &str, content_type: &str, body: String) -> Result<Value, Fault> {
        let path = format!("/admin/v1/{what}");
        let request = Request::post(&path, content_type, body).bearer(&self.operator_token);
        let answer = exchange::ask(self.admin, &request)?;
        if !(200..300).contains(&answer.status) {
            return Err(Fault::new(
                format_args!("{path} was answered with {}", answer.status),
                answer.body,
            ));
        }
        serde_json::from_str(&answer.body)
            .map_err(|error| Fault::new(format_args!("{path} answered no JSON"), error))
    }
}

/// The credentials of a filled installation.
#[derive(Debug)]
pub(crate) struct Filled {
    /// An API key.
    pub(crate) api_key: String,
    client_id: String,
    client_secret: String,
}

impl Filled {
    /// The request for an access token.
    pub(crate) fn token_request(&self) -> Request {
        let body = format!(
            "grant_type=client_credentials&scope={SCOPE}&client_id={}&client_secret={}",
            self.client_id, self.client_secret
        );
        Request::post("/oauth2/token", "application/x-www-form-urlencoded", body)
    }

    /// The request for an access token with an API key as client authentication.
    pub(crate) fn exchange_request(api_key: &str) -> Request {
        let body = format!("grant_type=client_credentials&scope={SCOPE}");
        let content_type = "application/x-www-form-urlencoded";
        let mut request = Request::post("/oauth2/token", content_type, body);
        let authorization = format!("ApiKey {api_key}");
        request.headers.push(("Authorization", authorization));
        request
    }
}

fn credential_request(mut request: Value) -> Value {
    for (field, value) in [
        ("organisation", json!("bench")),
        ("owner", json!("team-bench")),
        ("purpose", json!("measuring")),
        ("revoker", json!("bench-oncall")),
        ("scopes", json!([SCOPE])),
        ("expires_in", json!("1d")),
    ] {
        if let Some(fields) = request.as_object_mut() {
            fields.insert(field.to_owned(), value);
        }
    }
    request
}

fn text_at(value: &Value, pointer: &str) -> Result<String, Fault> {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| Fault::new("an answer of the admin API", format_args!("no {pointer}")))
}

/// The line after the one that announces it.
fn operator_token(said: &str) -> Option<String> {
    said.lines()
        .skip_while(|line| !line.contains("operator token"))
        .skip(1)
        .map(str::trim)
        .find(|line| !line.is_empty())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operator_token_is_the_line_after_its_announcement() {
        let said = "Made it.\n\nThe operator token, shown this once:\n\n    dw_x_y\n\nNext:\n";
        assert_eq!(operator_token(said).unwrap(), "dw_x_y");
        assert_eq!(operator_token("Made it.\n"), None);
    }

    #[test]
    fn a_credential_request_says_all_that_is_demanded() {
        let request = credential_request(json!({ "audiences": [AUDIENCE] }));
        for field in [
            "organisation",
            "owner",
            "purpose",
            "revoker",
            "scopes",
            "audiences",
            "expires_in",
        ] {
            assert!(!request[field].is_null(), "{field}");
        }
    }
}
