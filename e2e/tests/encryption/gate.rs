//! The running program: a key made by the command, published by the issuer,
//! used by a caller, and read by the gate.

use std::process::{Command, Output};

use base::SeededEntropy;
use e2e::installed::{Installation, Served};
use e2e::raw::Upstream;
use e2e::{binary, http};
use jose::encryption::*;
use serde_json::{Value, json};

use crate::peer::{LIBRARIES, Peer};

const AUDIENCE: &str = "https://api.example.com/reports";

const INVENTORY: &str = r#"
[api.reports]
audience = "https://api.example.com/reports"
upstream = "{upstream}"
owner = "team-reports"
surface = "reporting"
revoker = "reports-oncall"
"#;

const ENDPOINT: &str = r#"
[[api.reports.endpoint]]
id = "reports.{name}"
match = "GET /v1/{name}"
caller = "partner"
authority = "own"
data = "own"
exposure = "public"
consequence = "read"
scopes = ["read:reports"]
"#;

struct House {
    served: Served,
    upstream: Upstream,
    client: Value,
    _installation: Installation,
}

fn doorward(arguments: &[&str]) -> Output {
    let output = Command::new(binary("doorward")).args(arguments).output();
    output.expect("doorward runs")
}

fn furnished() -> House {
    let installation = Installation::new();
    let mut names = Vec::new();
    for (name, arguments) in [
        ("rsa.jwk", &["--algorithm", "RSA-OAEP-256"][..]),
        ("ec.jwk", &["--algorithm", "ECDH-ES+A256KW"]),
        (
            "x.jwk",
            &[
                "--algorithm",
                "ECDH-ES",
                "--curve",
                "X25519",
                "--id",
                "named",
            ],
        ),
    ] {
        let path = installation.home().join("secrets").join(name);
        let path = path.to_str().unwrap();
        let output = doorward(&[&["encryption-key", "create", path], arguments].concat());
        assert!(output.status.success(), "{output:?}");
        names.push(format!("\"file:secrets/{name}\""));
    }
    let config = std::fs::read_to_string(&installation.config).unwrap();
    let gate = format!("[gate]\ndecryption_keys = [{}]", names.join(", "));
    std::fs::write(&installation.config, config.replace("[gate]", &gate)).unwrap();
    let served = installation.serve();
    let upstream = Upstream::start();
    let mut inventory = INVENTORY.replace("{upstream}", &upstream.url());
    for (name, line) in [
        ("plain", ""),
        ("either", "encrypted_tokens = \"accepted\"\n"),
        ("sealed", "encrypted_tokens = \"required\"\n"),
    ] {
        let kinds = "accepts = [\"client_credentials\"]\n";
        inventory += &format!("{}{kinds}{line}", ENDPOINT.replace("{name}", name));
    }
    let file = installation.file("applied.toml", &inventory);
    let output = served.doorward(&["inventory", "apply", file.to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
    let client = json!({
        "organisation": "acme", "owner": "acme-integrations", "purpose": "reports",
        "revoker": "partners-oncall", "scopes": ["read:reports"], "audiences": [AUDIENCE],
        "expires_in": "30d",
    });
    let client = served.ask("POST", "/admin/v1/client", Some(&client));
    House {
        served,
        upstream,
        client,
        _installation: installation,
    }
}

impl House {
    fn token(&self) -> String {
        let text = |name: &str| self.client[name].as_str().unwrap();
        let answer: Value = http()
            .post(format!("{}/oauth2/token", self.served.issuer))
            .basic_auth(text("client_id"), Some(text("client_secret")))
            .form(&[
                ("grant_type", "client_credentials"),
                ("scope", "read:reports"),
            ])
            .send()
            .unwrap()
            .json()
            .unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// The keys that the issuer publishes for encryption.
    fn published(&self) -> Vec<Value> {
        let url = format!("{}/.well-known/jwks.json", self.served.issuer);
        let set: Value = http().get(url).send().unwrap().json().unwrap();
        let keys = set["keys"].as_array().unwrap().iter();
        keys.filter(|key| key["use"] == "enc").cloned().collect()
    }

    fn call(&self, name: &str, token: &str) -> (u16, Value) {
        let url = format!("{}/v1/{name}", self.served.gate);
        let reply = http().get(url).bearer_auth(token).send().unwrap();
        let status = reply.status().as_u16();
        (status, reply.json().unwrap_or_default())
    }

    #[track_caller]
    fn passes(&self, name: &str, token: &str) {
        let before = self.upstream.count();
        let (status, body) = self.call(name, token);
        assert_eq!((status, self.upstream.count()), (200, before + 1), "{body}");
    }

    #[track_caller]
    fn refuses(&self, name: &str, token: &str, reason: &str) {
        let before = self.upstream.count();
        let (status, body) = self.call(name, token);
        assert_eq!(
            (status, body["reason"].as_str()),
            (401, Some(reason)),
            "{body}"
        );
        assert_eq!(self.upstream.count(), before, "the upstream was touched");
    }
}

#[test]
fn a_published_key_is_what_a_caller_needs_and_only_endpoints_that_ask_decrypt() {
    let house = furnished();
    let plain = house.token();
    house.passes("plain", &plain);
    house.passes("either", &plain);
    house.refuses("sealed", &plain, "encrypted_token_required");
    let published = house.published();
    assert_eq!(published.len(), 3);
    for (at, jwk) in published.iter().enumerate() {
        assert!(jwk.get("d").is_none(), "a private half is published");
        let key = EncryptionKey::from_jwk(jwk.to_string().as_bytes()).unwrap();
        let mut entropy = SeededEntropy::new(at as u64);
        let mut seal =
            |plaintext| encrypt(plaintext, &key, ContentEncryption::A256Gcm, &mut entropy).unwrap();
        let token = seal(Plaintext::Token(&plain));
        house.refuses("plain", &token, "encrypted_token_not_accepted");
        house.passes("either", &token);
        house.passes("sealed", &token);
        house.passes("sealed", &token);
        let (head, tag) = token.rsplit_once('.').unwrap();
        let altered = format!("{head}.{}", "A".repeat(tag.len()));
        house.refuses("sealed", &altered, "encrypted_token_failed");
        let twice = seal(Plaintext::Token(&token));
        house.refuses("sealed", &twice, "encrypted_token_content");
        let claims = seal(Plaintext::Token("{\"sub\":\"alice\"}"));
        house.refuses("sealed", &claims, "encrypted_token_content");
    }
    let stranger = DecryptionKey::generate(
        KeyManagement::EcdhEs,
        AgreementCurve::X25519,
        "named".parse().unwrap(),
    )
    .unwrap();
    let mut entropy = SeededEntropy::new(77);
    let content = ContentEncryption::A128CbcHs256;
    let token = Plaintext::Token(&plain);
    let token = encrypt(token, stranger.encryption_key(), content, &mut entropy).unwrap();
    house.refuses("either", &token, "encrypted_token_failed");
}

#[test]
fn other_peoples_libraries_encrypt_for_the_published_keys() {
    let house = furnished();
    for library in LIBRARIES {
        let Some(mut peer) = Peer::start(library) else {
            continue;
        };
        for jwk in house.published() {
            for enc in ["A256GCM", "A128CBC-HS256"] {
                let token = peer.encrypt(&jwk, enc, &house.token());
                house.passes("sealed", &token);
                house.refuses("plain", &token, "encrypted_token_not_accepted");
            }
        }
    }
}

#[test]
fn the_private_half_is_its_owners_alone_and_is_never_shown_or_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("key.jwk");
    let file = path.to_str().unwrap();
    let made = doorward(&["encryption-key", "create", file]);
    assert!(made.status.success(), "{made:?}");
    let private = std::fs::read_to_string(&path).unwrap();
    let jwk: Value = serde_json::from_str(&private).unwrap();
    let secret = jwk["d"].as_str().unwrap();
    let again = doorward(&["encryption-key", "create", file]);
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), private);
    let shown = doorward(&["encryption-key", "show", file]);
    let public: Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!((&public["x"], &public["use"]), (&jwk["x"], &json!("enc")));
    for output in [&made, &again, &shown] {
        let text = [output.stdout.as_slice(), &output.stderr].concat();
        assert!(!String::from_utf8_lossy(&text).contains(secret));
    }
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let refused = doorward(&["encryption-key", "show", file]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("can be read by others"));
}
