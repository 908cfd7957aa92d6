//! Who asks, and whether they may: an operator token with the scope of the
//! path. What is refused is audited.

use std::sync::Arc;

use access::{Denial, OperatorEntry, OperatorJudge, Rule, decide_operator, operator_token_id};
use authority::Writes;
use authority::audit::{Action, Actor, Origin};
use authority::operator_token::OperatorToken;
use authority::owner::Owner;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::MethodRouter;
use base::{Name, Timestamp};
use credential::Scope;

use crate::Admin;
use crate::arrival::Arrival;
use crate::digest_key;
use crate::problem::Failure;

/// A request of an operator who may ask it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// What its acts are told about it.
    pub(crate) origin: Origin,
    /// Whose token asks.
    pub(crate) owner: Name,
    /// When it arrived.
    pub(crate) now: Timestamp,
}

/// What a layer of one path works with.
#[derive(Clone)]
struct Watch {
    admin: Arc<Admin>,
    demanded: Scope,
}

/// Lets only operators with that scope through to `methods`.
pub(crate) fn guarded(
    admin: &Arc<Admin>,
    demanded: &Scope,
    methods: MethodRouter<Arc<Admin>>,
) -> MethodRouter<Arc<Admin>> {
    let watch = Watch {
        admin: Arc::clone(admin),
        demanded: demanded.clone(),
    };
    methods.route_layer(from_fn_with_state(watch, require))
}

async fn require(
    State(watch): State<Watch>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let admin = &watch.admin;
    let Some(arrival) = request.extensions().get::<Arrival>().cloned() else {
        return Err(Failure::Fault);
    };
    let token = match operator_token_id(request.headers()) {
        Ok(id) => admin.store.operator_token(id).await?,
        // Nothing to look up: the judgement below says what is wrong.
        Err(_) => None,
    };
    let owner = match &token {
        Some(token) => admin.store.owner(token.owner.as_str()).await?,
        None => None,
    };
    let retired = digest_key::retired(admin).await?;
    let digest_keys = admin.digest_keys.refusing(&retired);
    let judge = OperatorJudge {
        environment: &admin.environment,
        digest_keys: &digest_keys,
    };
    let entry = token.as_ref().map(|token| entry(token, owner.as_ref()));
    let judged = decide_operator(
        request.headers(),
        entry.as_ref(),
        &watch.demanded,
        judge,
        arrival.now,
    );
    match judged {
        Ok(operator) => {
            let actor = Actor::Operator(operator.id().to_string());
            let origin = origin(admin, &arrival, actor);
            request.extensions_mut().insert(Asked {
                origin,
                owner: operator.owner().clone(),
                now: arrival.now,
            });
            Ok(next.run(request).await)
        }
        Err(denial) => {
            let actor = match token {
                Some(token) if is_established(&denial) => Actor::Operator(token.id.to_string()),
                Some(_) | None => Actor::Unknown,
            };
            record(&watch, &arrival, &denial, (actor, path(&request))).await;
            Err(Failure::Denied(denial))
        }
    }
}

fn entry<'a>(token: &'a OperatorToken, owner: Option<&Owner>) -> OperatorEntry<'a> {
    OperatorEntry {
        id: &token.id,
        digest: &token.digest,
        digest_key: token.digest_key,
        environment: &token.environment,
        owner: &token.owner,
        is_owner_disabled: owner.is_some_and(Owner::is_disabled),
        scopes: &token.scopes,
        expires_at: token.expires_at,
        revoked_at: token.revocation.as_ref().map(|revocation| revocation.at),
    }
}

/// Whether the token was genuine, though it may not do this, or no more.
fn is_established(denial: &Denial) -> bool {
    matches!(
        denial.rule(),
        Rule::OperatorTokenEnvironment
            | Rule::OperatorTokenRevoked
            | Rule::OperatorTokenOwnerDisabled
            | Rule::OperatorTokenExpired
            | Rule::OperatorScope
    )
}

fn origin(admin: &Admin, arrival: &Arrival, actor: Actor) -> Origin {
    Origin {
        request_id: arrival.request_id.clone(),
        actor,
        environment: admin.environment.name.clone(),
    }
}

/// The method and the path as the router knows it: nothing that the caller wrote.
fn path(request: &Request) -> String {
    let matched = request.extensions().get::<MatchedPath>();
    format!(
        "{} {}",
        request.method(),
        matched.map_or("", MatchedPath::as_str)
    )
}

async fn record(watch: &Watch, arrival: &Arrival, denial: &Denial, (actor, path): (Actor, String)) {
    let origin = origin(&watch.admin, arrival, actor);
    let detail = denial.finding().to_owned();
    let mut event = origin.event(Action::OperatorRefused, Some(path), detail, arrival.now);
    event.rule = Some(denial.rule().as_str().to_owned());
    let writes = Writes {
        audit: vec![event],
        ..Writes::default()
    };
    // The refusal stands whether or not it could be written down.
    if let Err(error) = watch.admin.store.commit(writes).await {
        tracing::error!(%error, "a refused operator request could not be audited");
    }
}
