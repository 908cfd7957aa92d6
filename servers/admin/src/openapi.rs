//! `GET /admin/openapi.json`: the description of this API, made from the code
//! that answers.

use axum::Json;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{IntoResponses, Modify, OpenApi};

use crate::problem::Problem;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Doorward admin API",
        description = "Credentials, the inventory, the audit, and the change feed of the gates. \
            Every path but this document takes an operator token. Every answer has x-request-id \
            and cache-control: no-store; every refusal is a problem document (RFC 9457).",
    ),
    paths(
        crate::api_key::create::answer, crate::api_key::list::answer,
        crate::api_key::show::answer, crate::api_key::revoke::answer,
        crate::api_key::rotate::answer, crate::api_key::cut_over::answer,
        crate::api_key::rollback::answer,
        crate::api_key::why::answer,
        crate::api_key::exposure::answer,
        crate::api_key::secret_path::answer,
        crate::drill::record::answer, crate::drill::list::answer,
        crate::api_key::suspend::answer, crate::api_key::resume::answer,
        crate::api_key::review::answer, crate::api_key::renew::answer,
        crate::api_key::transfer::answer, crate::api_key::bulk::answer,
        crate::api_key::import::answer, crate::api_key::review_queue::answer,
        crate::owner::list::answer, crate::owner::disable::answer, crate::owner::enable::answer,
        crate::account::create::answer, crate::account::list::answer,
        crate::account::show::answer, crate::account::set_password::answer,
        crate::account::disable::answer, crate::account::enable::answer,
        crate::account::log_out::answer,
        crate::client::create::answer, crate::client::list::answer,
        crate::client::show::answer, crate::client::revoke::answer,
        crate::signing_key::list::answer, crate::signing_key::add::answer,
        crate::signing_key::rotate::answer, crate::signing_key::rollback::answer,
        crate::signing_key::default_lane::answer, crate::signing_key::retire::answer,
        crate::operator_token::list::answer, crate::operator_token::revoke::answer,
        crate::digest_key::retire::answer,
        crate::trusted_issuer::cut_off::answer,
        crate::register::list::answer, crate::register::gaps::answer,
        crate::register::preview::answer,
        crate::inventory::show::answer, crate::inventory::version::answer,
        crate::inventory::diff::answer,
        crate::inventory::compatibility::answer,
        crate::inventory::plan::answer, crate::inventory::apply::answer,
        crate::leak::preview::answer, crate::leak::report::answer,
        crate::audit::list::answer, crate::audit::tail::answer, crate::audit::verify::answer,
        crate::trace::answer,
        crate::token::inspect::answer,
        crate::feed::snapshot::answer, crate::feed::api_key::answer, crate::feed::changes::answer,
        crate::feed::decisions::answer,
        crate::feed::usage::answer,
        answer,
    ),
    components(schemas(Problem)),
    modifiers(&OperatorTokenScheme),
    tags(
        (name = "api_key", description = "API keys"),
        (name = "drill", description = "Rotation drills"),
        (name = "owner", description = "Who answers for credentials, and who is gone"),
        (name = "account", description = "People who log in"),
        (name = "client", description = "Clients of the token endpoint"),
        (name = "signing_key", description = "The keys that access tokens are signed with"),
        (name = "operator_token", description = "What operators present to this API"),
        (name = "digest_key", description = "The keys of stored digests"),
        (name = "trusted_issuer", description = "Issuers that are not ours"),
        (name = "register", description = "Every credential, its gaps, and what revoking it stops"),
        (name = "inventory", description = "What each endpoint is, and what that demands"),
        (name = "leak", description = "Credentials that were found where they must not be"),
        (name = "audit", description = "What happened, and the proof that nothing was altered"),
        (name = "token", description = "Why a token is accepted, or is not"),
        (name = "feed", description = "For gates in other processes"),
        (name = "description", description = "This document"),
    )
)]
struct Description;

struct OperatorTokenScheme;

impl Modify for OperatorTokenScheme {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("dwa_live_...")
            .description(Some(
                "An operator token of this environment, with the scope that the path names",
            ))
            .build();
        if let Some(components) = openapi.components.as_mut() {
            components.add_security_scheme("operator_token", SecurityScheme::Http(scheme));
        }
    }
}

/// Describe this API
#[utoipa::path(
    get,
    path = "/admin/openapi.json",
    operation_id = "describe",
    tag = "description",
    security(()),
    responses((status = 200, description = "This document, OpenAPI 3.1", body = Object))
)]
pub(crate) async fn answer() -> Json<utoipa::openapi::OpenApi> {
    Json(Description::openapi())
}

/// Every path with a scope.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) enum OperatorProblems {
    /// The query, the body or the authorization header cannot be read
    #[response(status = 400, content_type = "application/problem+json")]
    Unreadable(Problem),
    /// No operator token, or one that does not count here
    #[response(status = 401, content_type = "application/problem+json",
        headers(("www-authenticate" = String, description = "RFC 6750 section 3")))]
    Unauthorized(Problem),
    /// The operator token lacks the scope, or a browser sent the request
    #[response(status = 403, content_type = "application/problem+json",
        headers(("www-authenticate" = String, description = "Names the scope")))]
    Forbidden(Problem),
    /// The store cannot be asked now
    #[response(status = 503, content_type = "application/problem+json",
        headers(("retry-after" = u32, description = "Seconds")))]
    Fault(Problem),
}

/// Every path with a body.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) enum BodyProblems {
    /// The body is too large
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// The body is of another media type
    #[response(status = 415, content_type = "application/problem+json")]
    MediaType(Problem),
}

/// Every path with a name in it.
#[derive(IntoResponses)]
#[response(
    status = 404,
    content_type = "application/problem+json",
    description = "There is nothing with that name here"
)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct NotFoundProblem(Problem);

/// Every path that writes.
#[derive(IntoResponses)]
#[response(
    status = 409,
    content_type = "application/problem+json",
    description = "Another change came first"
)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct CommitProblems(Problem);

/// Every path that checks fields.
#[derive(IntoResponses)]
#[response(
    status = 400,
    content_type = "application/problem+json",
    description = "The body cannot be read, or fields are missing or wrong: `errors` has all of them"
)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct FieldProblems(Problem);

/// Applying an inventory.
#[derive(IntoResponses)]
#[response(
    status = 422,
    content_type = "application/problem+json",
    description = "The inventory has contradictions: `findings` has all of them"
)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct InventoryProblems(Problem);

/// Reporting decisions.
#[derive(IntoResponses)]
#[response(
    status = 422,
    content_type = "application/problem+json",
    description = "A record names another environment: nothing was kept"
)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct EnvironmentProblem(Problem);

/// Reading the change log.
#[derive(IntoResponses)]
#[response(
    status = 410,
    content_type = "application/problem+json",
    description = "The change log does not reach back that far: fetch a snapshot"
)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct GapProblem(Problem);
