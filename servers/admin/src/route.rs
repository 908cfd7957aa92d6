//! Every path, its method, the scope that it takes and the endpoint behind it.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use credential::Scope;

use crate::operator::guarded;
use crate::problem::Failure;
use crate::{
    Admin, account, api_key, arrival, audit, client, digest_key, drill, feed, inventory, leak,
    openapi, operator_token, owner, register, signing_key, token, trace, trusted_issuer,
};

/// The admin API and the feed: all of their paths, ready to be served.
pub fn router(admin: Arc<Admin>) -> Router {
    let mut router = Router::new().route("/admin/openapi.json", get(openapi::answer));
    // A path for whoever can sign with a partner's key, where one is configured.
    if admin.leak.github.is_some() {
        router = router.route("/leak/v1/github", post(leak::partner::answer));
    }
    for (path, scope, methods) in table() {
        // A scope that were none would leave the path out: closed, not open.
        if let Ok(scope) = scope.parse::<Scope>() {
            router = router.route(path, guarded(&admin, &scope, methods));
        }
    }
    router
        .fallback(async || Failure::NoSuchPath)
        .method_not_allowed_fallback(async || Failure::NoSuchMethod)
        .layer(from_fn_with_state(Arc::clone(&admin), arrival::meet))
        .with_state(admin)
}

type Row = (&'static str, &'static str, MethodRouter<Arc<Admin>>);

/// What takes an operator token: path, scope, endpoint.
#[rustfmt::skip] // one row, one path
fn table() -> Vec<Row> {
    vec![
        ("/admin/v1/api_key", "write:api_key", post(api_key::create::answer)),
        ("/admin/v1/api_key", "read:api_key", get(api_key::list::answer)),
        ("/admin/v1/api_key/bulk", "write:api_key", post(api_key::bulk::answer)),
        ("/admin/v1/api_key/import", "write:api_key", post(api_key::import::answer)),
        ("/admin/v1/api_key/review_queue", "read:api_key", get(api_key::review_queue::answer)),
        ("/admin/v1/api_key/{id}", "read:api_key", get(api_key::show::answer)),
        ("/admin/v1/api_key/{id}/revoke", "write:api_key", post(api_key::revoke::answer)),
        ("/admin/v1/api_key/{id}/rotate", "write:api_key", post(api_key::rotate::answer)),
        ("/admin/v1/api_key/{id}/cut_over", "write:api_key", post(api_key::cut_over::answer)),
        ("/admin/v1/api_key/{id}/rollback", "write:api_key", post(api_key::rollback::answer)),
        ("/admin/v1/api_key/{id}/why", "read:api_key", get(api_key::why::answer)),
        ("/admin/v1/api_key/{id}/exposure", "read:api_key", get(api_key::exposure::answer)),
        ("/admin/v1/api_key/{id}/secret_path", "write:api_key", post(api_key::secret_path::answer)),
        ("/admin/v1/drill", "write:api_key", post(drill::record::answer)),
        ("/admin/v1/drill", "read:api_key", get(drill::list::answer)),
        ("/admin/v1/api_key/{id}/suspend", "write:api_key", post(api_key::suspend::answer)),
        ("/admin/v1/api_key/{id}/resume", "write:api_key", post(api_key::resume::answer)),
        ("/admin/v1/api_key/{id}/review", "write:api_key", post(api_key::review::answer)),
        ("/admin/v1/api_key/{id}/renew", "write:api_key", post(api_key::renew::answer)),
        ("/admin/v1/api_key/{id}/transfer", "write:api_key", post(api_key::transfer::answer)),
        ("/admin/v1/owner", "read:owner", get(owner::list::answer)),
        ("/admin/v1/owner/{name}/disable", "write:owner", post(owner::disable::answer)),
        ("/admin/v1/owner/{name}/enable", "write:owner", post(owner::enable::answer)),
        ("/admin/v1/account", "write:account", post(account::create::answer)),
        ("/admin/v1/account", "read:account", get(account::list::answer)),
        ("/admin/v1/account/{id}", "read:account", get(account::show::answer)),
        ("/admin/v1/account/{id}/set_password", "write:account", post(account::set_password::answer)),
        ("/admin/v1/account/{id}/disable", "write:account", post(account::disable::answer)),
        ("/admin/v1/account/{id}/enable", "write:account", post(account::enable::answer)),
        ("/admin/v1/account/{id}/log_out", "write:account", post(account::log_out::answer)),
        ("/admin/v1/client", "write:client", post(client::create::answer)),
        ("/admin/v1/client", "read:client", get(client::list::answer)),
        ("/admin/v1/client/{id}", "read:client", get(client::show::answer)),
        ("/admin/v1/client/{id}/revoke", "write:client", post(client::revoke::answer)),
        ("/admin/v1/signing_key", "write:signing_key", post(signing_key::add::answer)),
        ("/admin/v1/signing_key", "read:signing_key", get(signing_key::list::answer)),
        ("/admin/v1/signing_key/rotate", "write:signing_key", post(signing_key::rotate::answer)),
        ("/admin/v1/signing_key/rollback", "write:signing_key", post(signing_key::rollback::answer)),
        ("/admin/v1/signing_key/default", "write:signing_key", post(signing_key::default_lane::answer)),
        ("/admin/v1/signing_key/{id}/retire", "write:signing_key", post(signing_key::retire::answer)),
        ("/admin/v1/operator_token", "read:operator_token", get(operator_token::list::answer)),
        ("/admin/v1/operator_token/{id}/revoke", "write:operator_token", post(operator_token::revoke::answer)),
        ("/admin/v1/digest_key/{id}/retire", "write:digest_key", post(digest_key::retire::answer)),
        ("/admin/v1/trusted_issuer/{name}/cut_off", "write:inventory", post(trusted_issuer::cut_off::answer)),
        ("/admin/v1/register", "read:register", get(register::list::answer)),
        ("/admin/v1/register/gaps", "read:register", get(register::gaps::answer)),
        ("/admin/v1/register/preview", "read:register", get(register::preview::answer)),
        ("/admin/v1/inventory", "read:inventory", get(inventory::show::answer)),
        ("/admin/v1/inventory/{version}", "read:inventory", get(inventory::version::answer)),
        ("/admin/v1/inventory/compatibility", "read:inventory", get(inventory::compatibility::answer)),
        ("/admin/v1/inventory/diff", "read:inventory", get(inventory::diff::answer)),
        ("/admin/v1/inventory/plan", "read:inventory", post(inventory::plan::answer)),
        ("/admin/v1/inventory/apply", "write:inventory", post(inventory::apply::answer)),
        ("/admin/v1/leak/preview", "read:leak", post(leak::preview::answer)),
        ("/admin/v1/leak/report", "write:leak", post(leak::report::answer)),
        ("/admin/v1/audit", "read:audit", get(audit::list::answer)),
        ("/admin/v1/audit/tail", "read:audit", get(audit::tail::answer)),
        ("/admin/v1/audit/verify", "read:audit", get(audit::verify::answer)),
        ("/admin/v1/trace/{request_id}", "read:audit", get(trace::answer)),
        ("/admin/v1/token/inspect", "read:token", post(token::inspect::answer)),
        ("/feed/v1/snapshot", "read:feed", get(feed::snapshot::answer)),
        ("/feed/v1/api_key/{id}", "read:feed", get(feed::api_key::answer)),
        ("/feed/v1/changes", "read:feed", get(feed::changes::answer)),
        ("/feed/v1/decisions", "write:feed", post(feed::decisions::answer)),
        ("/feed/v1/usage", "write:feed", post(feed::usage::answer)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_is_one_that_an_operator_token_can_have() {
        for (path, scope, _) in table() {
            assert!(scope.parse::<Scope>().is_ok(), "{path}");
            let all = authority::operator_token::ALL_SCOPES;
            assert!(
                all.split_whitespace().any(|known| known == scope),
                "{scope}"
            );
        }
    }
}
