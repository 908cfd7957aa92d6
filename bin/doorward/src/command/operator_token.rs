//! `doorward operator-token`: the way in for operators, made and ended at the
//! store itself. It works with the server stopped (a store has one process), so
//! that no token is ever needed to get the next one.

use std::path::PathBuf;

use authority::audit::{Actor, Origin};
use authority::digest_key::refused;
use authority::{Plan, operator_token};
use base::{Clock as _, Name};
use clap::Subcommand;
use credential::{DigestKey, OperatorTokenId, ScopeSet};
use ephemeral::{SystemClock, SystemEntropy};
use store::{Read as _, Store as _};
use store_sqlite::SqliteStore;

use crate::answer::{self, Exit, Fault};
use crate::config::Config;
use crate::secret::Places;
use crate::wire::open_store;

/// Create, list and revoke operator tokens, with the server stopped.
#[derive(Subcommand)]
pub(crate) enum OperatorToken {
    /// Create one; its text is shown once. It lives 90 days.
    Create {
        /// The configuration.
        #[arg(long, value_name = "FILE", env = "DOORWARD_CONFIG")]
        config: PathBuf,
        /// Who holds it.
        #[arg(long)]
        owner: Name,
        /// A scope, such as read:audit; may be repeated. All of them by default.
        #[arg(long)]
        scope: Vec<String>,
    },
    /// List them.
    List {
        /// The configuration.
        #[arg(long, value_name = "FILE", env = "DOORWARD_CONFIG")]
        config: PathBuf,
    },
    /// Revoke one, for good.
    Revoke {
        /// The configuration.
        #[arg(long, value_name = "FILE", env = "DOORWARD_CONFIG")]
        config: PathBuf,
        /// Its id, as `list` shows it.
        id: OperatorTokenId,
        /// Why, in one line; the audit keeps it.
        #[arg(long, value_name = "TEXT", default_value = "revoked at the store")]
        reason: String,
    },
}

impl OperatorToken {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        super::runtime()?.block_on(async {
            match self {
                Self::Create {
                    config,
                    owner,
                    scope,
                } => create(&Config::read(&config)?, owner, &scope).await,
                Self::List { config } => list(&Config::read(&config)?).await,
                Self::Revoke { config, id, reason } => {
                    revoke(&Config::read(&config)?, &id, &reason).await
                }
            }
        })?;
        Ok(Exit::Done)
    }
}

async fn create(config: &Config, owner: Name, scopes: &[String]) -> Result<(), Fault> {
    let wanted = match scopes {
        [] => operator_token::ALL_SCOPES.to_owned(),
        scopes => scopes.join(" "),
    };
    let all = parse(operator_token::ALL_SCOPES)?;
    let scopes = parse(&wanted)?;
    let unknown = scopes.without(&all);
    if !unknown.is_empty() {
        return Err(Fault::new(
            format!("the admin API has no scope {unknown}"),
            format!("name some of: {all}"),
        ));
    }
    let places = Places::of(config);
    let digest_key = places.key("digest", &config.secrets.digest_key).await?;
    let digest_key = DigestKey::new(*digest_key);
    let (store, _) = open_store(config).await?;
    let known = store.owner(owner.as_str()).await;
    let known = known.map_err(|error| Fault::new(error.to_string(), "see what it says"))?;
    if known.is_some_and(|known| known.is_disabled()) {
        return Err(Fault::new(
            format!("owner {owner} is disabled: the token would be refused"),
            "name somebody who is here",
        ));
    }
    let retired = store.retired_digest_keys().await;
    let retired = retired.map_err(|error| Fault::new(error.to_string(), "see what it says"))?;
    if refused(&retired).refuses(Some(digest_key.id())) {
        return Err(Fault::new(
            format!("the digest key {} is retired", digest_key.id()),
            "put a new key in secrets.digest_key, and this one in secrets.previous_digest_keys",
        ));
    }
    let environment = config.environment.environment();
    let facts = (&environment, &digest_key);
    let now = SystemClock::new().now();
    let plan = operator_token::create(
        owner,
        scopes,
        &origin(config)?,
        facts,
        now,
        &mut SystemEntropy,
    );
    let Plan { outcome, writes } = plan;
    commit(&store, writes).await?;
    answer::print_once(&format!(
        "Operator token {} of {}, until {}; shown this once:\n\n    {}",
        outcome.operator_token.id,
        outcome.operator_token.owner,
        outcome.operator_token.expires_at,
        outcome.secret.expose()
    ))
}

async fn list(config: &Config) -> Result<(), Fault> {
    let (store, _) = open_store(config).await?;
    let mut table = crate::table::table(["id", "owner", "scopes", "expires", "revoked"]);
    let mut after: Option<String> = None;
    loop {
        let page = store.operator_tokens(after.as_deref(), 500).await;
        let page = page.map_err(|error| Fault::new(error.to_string(), "see what it says"))?;
        let Some(last) = page.last() else { break };
        after = Some(last.id.to_string());
        for token in page {
            let revoked = token.revocation.map(|revocation| revocation.at.to_string());
            table.add_row([
                token.id.to_string(),
                token.owner.to_string(),
                token.scopes.to_string(),
                token.expires_at.to_string(),
                revoked.unwrap_or_default(),
            ]);
        }
    }
    answer::print(&crate::table::text(&table))
}

async fn revoke(config: &Config, id: &OperatorTokenId, reason: &str) -> Result<(), Fault> {
    let (store, _) = open_store(config).await?;
    let found = store.operator_token(id.as_str()).await;
    let token = found
        .map_err(|error| Fault::new(error.to_string(), "see what it says"))?
        .ok_or_else(|| {
            Fault::new(
                format!("there is no operator token {id}"),
                "see doorward operator-token list",
            )
        })?;
    let reason = authority::line("reason", Some(reason), "say in one line why")
        .map_err(|finding| Fault::new(format!("--reason: {}", finding.detail), finding.fix))?;
    let plan = operator_token::revoke(&token, &reason, &origin(config)?, SystemClock::new().now())
        .map_err(|refusal| Fault::new(refusal.to_string(), "nothing is left to do"))?;
    commit(&store, plan.writes).await?;
    answer::print(&format!("Operator token {id} is revoked."))
}

async fn commit(store: &SqliteStore, writes: authority::Writes) -> Result<(), Fault> {
    let committed = store.commit(writes).await;
    committed
        .map(drop)
        .map_err(|error| Fault::new(error.to_string(), "nothing was changed; see what it says"))
}

fn origin(config: &Config) -> Result<Origin, Fault> {
    let request_id = base::generate_id_text('r', &mut SystemEntropy).parse();
    Ok(Origin {
        request_id: request_id
            .map_err(|_| Fault::new("no request id could be made", "try again"))?,
        actor: Actor::Doorward,
        environment: config.environment.environment().name,
    })
}

fn parse(scopes: &str) -> Result<ScopeSet, Fault> {
    ScopeSet::parse(scopes)
        .map_err(|error| Fault::new(error.to_string(), "write action:resource, each once"))
}
