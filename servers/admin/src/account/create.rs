//! `POST /admin/v1/account`.

use std::sync::Arc;

use authority::account::{AccountRequest, create, require_free_name, require_whole};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use base::Secret;
use ephemeral::SystemEntropy;
use http::{StatusCode, header};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{hashed, named};
use crate::Admin;
use crate::answer::AccountAnswer;
use crate::malformed::StrictJson;
use crate::openapi::{BodyProblems, CommitProblems, FieldProblems, OperatorProblems};
use crate::operator::Asked;
use crate::problem::Failure;
use crate::settle::{ATTEMPTS, settle};

/// A person who shall be able to log in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "organisation": "acme",
    "login_name": "alice",
    "display_name": "Alice Doe",
    "email": "alice@example.com"
}))]
pub(crate) struct AccountBody {
    /// The organisation that the person belongs to.
    #[serde(default)]
    organisation: Option<String>,
    /// What the person types to log in: 1 to 254 of `a-z 0-9 . _ + - @`.
    /// Upper case is folded. No two people have one.
    #[serde(default)]
    login_name: Option<String>,
    /// How pages call the person; the login name if it is left out.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    display_name: Option<String>,
    /// An address of mail, not yet verified.
    #[serde(default)]
    email: Option<String>,
    /// From 8 characters to 1024 bytes. Left out: nobody can log in with one
    /// until one is set. It is neither kept nor answered.
    #[serde(default)]
    #[schema(min_length = 8, write_only)]
    password: Option<String>,
}

/// Create an account
///
/// For a person who logs in. It has no password unless one is given.
#[utoipa::path(
    post,
    path = "/admin/v1/account",
    operation_id = "create_account",
    tag = "account",
    security(("operator_token" = ["write:account"])),
    request_body = AccountBody,
    responses(
        (status = 201, description = "Created", body = AccountAnswer,
            headers(("location" = String, description = "Where the record is"))),
        OperatorProblems,
        BodyProblems,
        FieldProblems,
        CommitProblems,
    )
)]
pub(crate) async fn answer(
    State(admin): State<Arc<Admin>>,
    Extension(asked): Extension<Asked>,
    StrictJson(body): StrictJson<AccountBody>,
) -> Result<Response, Failure> {
    let password = body.password.map(Secret::new);
    let request = AccountRequest {
        organisation: body.organisation,
        login_name: body.login_name,
        display_name: body.display_name,
        email: body.email,
    };
    require_whole(&request, password.as_ref())?;
    let login_name = request.login_name.as_deref().unwrap_or_default();
    require_free_name(named(&admin, login_name).await?.as_ref())?;
    let hash = match password {
        Some(password) => Some(hashed(&admin, password).await?),
        None => None,
    };
    for _ in 0..ATTEMPTS {
        // Somebody may have taken the name while the password was hashed.
        require_free_name(named(&admin, login_name).await?.as_ref())?;
        let entropy = &mut SystemEntropy;
        let plan = create(&request, hash.clone(), &asked.origin, asked.now, entropy)?;
        if let Some((account, _)) = settle(&admin, plan).await? {
            let location = format!("/admin/v1/account/{}", account.id);
            let headers = [(header::LOCATION, location)];
            let answer = Json(AccountAnswer::from(&account));
            return Ok((StatusCode::CREATED, headers, answer).into_response());
        }
    }
    Err(Failure::Conflict)
}
