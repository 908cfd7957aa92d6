//! `/admin/v1/client`.

mod body;
pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod revoke;
pub(crate) mod show;

use authority::Refusal;
use authority::client::Client;

use crate::Admin;
use crate::problem::Failure;

/// The client with that id.
async fn load(admin: &Admin, id: &str) -> Result<Client, Failure> {
    // The store is not asked about what cannot be an id.
    let found = match id.parse::<credential::ClientId>() {
        Ok(id) => admin.store.client(id.as_str()).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| {
        Failure::from(Refusal::NotFound {
            kind: "client",
            id: String::new(),
        })
    })
}
