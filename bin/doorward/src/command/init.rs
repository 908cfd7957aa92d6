//! `doorward init`: a real configuration, its keys and its store, all or nothing.

mod keys;

use std::path::{Path, PathBuf};

use authority::audit::{Action, Actor, Origin};
use authority::signing_key::{self, SealingKey};
use authority::{Effect, Installation, Writes, operator_token};
use base::{Clock as _, Name, Secret};
use credential::{DigestKey, Environment, EnvironmentClass, ScopeSet};
use ephemeral::{SystemClock, SystemEntropy};
use jose::Algorithm;
use snapshot::IssuerUrl;
use store_sqlite::{Options, SqliteStore};

use crate::answer::{self, Exit, Fault};
pub(crate) use keys::InitialKeys;
use keys::KeyArguments;

/// Make a configuration, its keys and an empty store in a directory.
#[derive(clap::Args)]
pub(crate) struct Init {
    /// The directory; made if it is not there.
    directory: PathBuf,
    /// The environment's name.
    #[arg(long, default_value = "production")]
    environment: Name,
    /// Whether it is a sandbox: its credentials carry `test` instead of `live`.
    #[arg(long)]
    sandbox: bool,
    /// The issuer identifier that tokens will name; https, or http on loopback.
    #[arg(long, default_value = "http://127.0.0.1:7001")]
    issuer: IssuerUrl,
    /// The algorithm of the signing key: ES256, EdDSA or RS256.
    #[arg(long, default_value = "ES256")]
    signing_algorithm: Algorithm,
    #[command(flatten)]
    keys: KeyArguments,
}

impl Init {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        let class = if self.sandbox {
            EnvironmentClass::Sandbox
        } else {
            EnvironmentClass::Production
        };
        let keys = self.keys.read(&self.directory);
        let keys = super::runtime()?.block_on(keys)?;
        let installation = NewInstallation {
            environment: Environment {
                name: self.environment,
                class,
            },
            issuer: self.issuer,
            signing_algorithm: self.signing_algorithm,
            listeners: ["127.0.0.1:7000", "127.0.0.1:7001", "127.0.0.1:7002"].map(str::to_owned),
            keys,
        };
        let directory = self.directory.display();
        install(&self.directory, &installation, |operator_token| {
            answer::print_once(&format!(
                "Made {directory}: doorward.toml, inventory.toml, .env.example, .gitignore, its keys and an empty store.\n\n\
                 The operator token, shown this once:\n\n    {}\n\n\
                 Next:\n\n    doorward serve --config {directory}/doorward.toml\n    \
                 export DOORWARD_ADMIN=http://127.0.0.1:7002 DOORWARD_OPERATOR_TOKEN=...\n    \
                 doorward inventory apply {directory}/inventory.toml",
                operator_token.expose()
            ))
        })?;
        Ok(Exit::Done)
    }
}

/// What an installation is made of.
pub(crate) struct NewInstallation {
    /// Its environment.
    pub(crate) environment: Environment,
    /// Its issuer.
    pub(crate) issuer: IssuerUrl,
    /// The algorithm of its first signing key.
    pub(crate) signing_algorithm: Algorithm,
    /// Where gate, issuer and admin listen.
    pub(crate) listeners: [String; 3],
    /// Its keys.
    pub(crate) keys: InitialKeys,
}

/// Makes everything; gives the first operator token once `show` has shown it.
/// If anything fails, whatever was made is removed again: also when the token
/// could not be shown, since nobody could ever administer it.
pub(crate) fn install(
    directory: &Path,
    installation: &NewInstallation,
    show: impl FnOnce(&Secret) -> Result<(), Fault>,
) -> Result<Secret, Fault> {
    let mut made = Made::default();
    made.directory(directory)?;
    for name in ["secrets", "data"] {
        made.directory(&directory.join(name))?;
    }
    let files = [
        ("doorward.toml", configuration(installation)),
        (
            "inventory.toml",
            include_str!("init/inventory.toml").to_owned(),
        ),
        (".gitignore", include_str!("init/gitignore").to_owned()),
        (".env.example", include_str!("init/env.example").to_owned()),
    ];
    for (name, text) in files {
        made.file(&directory.join(name), &text)?;
    }
    let made_at = |name: &str| directory.join("secrets").join(name);
    let keys = &installation.keys;
    let (sealing, made_sealing) = keys.sealing.make(made_at("sealing.key"))?;
    made.paths.extend(made_sealing);
    let (digest, made_digest) = keys.digest.make(made_at("digest.key"))?;
    made.paths.extend(made_digest);
    let keys = (
        SealingKey::new(&sealing)
            .ok_or_else(|| Fault::new("the sealing key is refused", "try again"))?,
        DigestKey::new(*digest),
    );
    let store_path = directory.join("data/doorward.db");
    let operator_token = make_store(&store_path, installation, &keys)?;
    for suffix in ["", "-lock"] {
        made.paths
            .push(directory.join(format!("data/doorward.db{suffix}")));
    }
    show(&operator_token)?;
    made.keep();
    Ok(operator_token)
}

/// The one commit that makes a store: who it belongs to, the first signing
/// keys, the first operator token.
fn first_writes(
    installation: &NewInstallation,
    (sealing_key, digest_key): &(SealingKey, DigestKey),
) -> Result<(Writes, Secret), Fault> {
    let now = SystemClock::new().now();
    let entropy = &mut SystemEntropy;
    let environment = &installation.environment;
    let request_id = base::generate_id_text('r', entropy).parse();
    let request_id =
        request_id.map_err(|_| Fault::new("no request id could be made", "try again"))?;
    let origin = Origin {
        request_id,
        actor: Actor::Doorward,
        environment: environment.name.clone(),
    };
    let mut writes = Writes {
        effects: vec![Effect::Install(Installation {
            environment: environment.clone(),
            issuer: installation.issuer.clone(),
            created_at: now,
        })],
        audit: vec![origin.event(
            Action::Installed,
            Some(environment.name.to_string()),
            format!("issuer {}", installation.issuer),
            now,
        )],
        changes: Vec::new(),
    };
    let key = signing_key::create(
        installation.signing_algorithm,
        (environment, sealing_key),
        &origin,
        now,
        entropy,
    )
    .map_err(|fault| Fault::new(fault.to_string(), "try again"))?;
    let owner = base_name("operator")?;
    let scopes = ScopeSet::parse(operator_token::ALL_SCOPES)
        .map_err(|error| Fault::new(error.to_string(), "report this"))?;
    let token = operator_token::create(
        owner,
        scopes,
        &origin,
        (environment, digest_key),
        now,
        entropy,
    );
    for more in [key.writes, token.writes] {
        writes.effects.extend(more.effects);
        writes.audit.extend(more.audit);
        writes.changes.extend(more.changes);
    }
    Ok((writes, token.outcome.secret))
}

fn base_name(text: &str) -> Result<Name, Fault> {
    text.parse()
        .map_err(|error: base::InvalidName| Fault::new(error.to_string(), "report this"))
}

fn make_store(
    path: &Path,
    installation: &NewInstallation,
    keys: &(SealingKey, DigestKey),
) -> Result<Secret, Fault> {
    let (writes, secret) = first_writes(installation, keys)?;
    SqliteStore::create_with(path, writes, &Options::default()).map_err(|error| {
        Fault::new(
            format!("the store {} cannot be made: {error}", path.display()),
            "check the space on its disk; nothing was left behind",
        )
    })?;
    Ok(secret)
}

fn configuration(installation: &NewInstallation) -> String {
    let [gate, issuer, admin] = &installation.listeners;
    let class = match installation.environment.class {
        EnvironmentClass::Production => "production",
        EnvironmentClass::Sandbox => "sandbox",
    };
    let keys = &installation.keys;
    let sealing_key = keys.sealing.to_toml("file:secrets/sealing.key");
    let digest_key = keys.digest.to_toml("file:secrets/digest.key");
    include_str!("init/doorward.toml")
        .replace("{environment}", installation.environment.name.as_str())
        .replace("{class}", class)
        .replace("{issuer_url}", installation.issuer.as_str())
        .replace("{sealing_key}", &sealing_key)
        .replace("{digest_key}", &digest_key)
        .replace("{gate}", gate)
        .replace("{issuer}", issuer)
        .replace("{admin}", admin)
}

/// What was made so far: removed on the way out unless kept.
#[derive(Default)]
struct Made {
    paths: Vec<PathBuf>,
}

impl Made {
    fn directory(&mut self, path: &Path) -> Result<(), Fault> {
        use std::os::unix::fs::DirBuilderExt as _;
        if path.is_dir() {
            return Ok(());
        }
        std::fs::DirBuilder::new()
            .mode(0o700)
            .create(path)
            .map_err(|error| {
                Fault::new(
                    format!("the directory {} cannot be made: {error}", path.display()),
                    "name one whose parent is there and yours",
                )
            })?;
        self.paths.push(path.to_path_buf());
        Ok(())
    }

    fn file(&mut self, path: &Path, text: &str) -> Result<(), Fault> {
        use std::io::Write as _;
        let fault = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => Fault::new(
                format!("{} is there already", path.display()),
                "name an empty directory: nothing is ever overwritten",
            ),
            _ => Fault::new(
                format!("{} cannot be written: {error}", path.display()),
                "check the space on its disk",
            ),
        };
        let mut file = std::fs::File::create_new(path).map_err(fault)?;
        self.paths.push(path.to_path_buf());
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(fault)
    }

    fn keep(mut self) {
        self.paths.clear();
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        // Youngest first, so that a directory is empty when its turn comes. What
        // cannot be removed is left: the fault that led here is told already.
        for path in self.paths.iter().rev() {
            let _ = if path.is_dir() {
                std::fs::remove_dir(path)
            } else {
                std::fs::remove_file(path)
            };
        }
    }
}
