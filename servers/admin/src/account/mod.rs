//! `/admin/v1/account`.

pub(crate) mod create;
pub(crate) mod disable;
pub(crate) mod enable;
pub(crate) mod list;
pub(crate) mod log_out;
pub(crate) mod set_password;
pub(crate) mod show;

use authority::account::{Account, AccountId, LoginName, PasswordHash};
use authority::versioned::Lookup;
use authority::{Plan, Refusal};
use base::Secret;
use store::{record, records};

use crate::Admin;
use crate::answer::{AccountAnswer, ChangedAccountAnswer};
use crate::in_force;
use crate::problem::Failure;
use crate::settle::{ATTEMPTS, settle};

/// The account with that id, of this environment.
async fn load(admin: &Admin, id: &str) -> Result<Account, Failure> {
    // The store is not asked about what cannot be an id.
    let found = match id.parse::<AccountId>() {
        Ok(id) => record::<Account>(admin.store.as_ref(), id.as_str()).await?,
        Err(_) => None,
    };
    let here = |account: &Account| account.environment == admin.environment.name;
    found.filter(here).ok_or_else(|| {
        Failure::from(Refusal::NotFound {
            kind: "account",
            id: String::new(),
        })
    })
}

/// The account with that login name; what cannot be one is nobody's.
async fn named(admin: &Admin, login_name: &str) -> Result<Option<Account>, Failure> {
    let Ok(login_name) = login_name.parse::<LoginName>() else {
        return Ok(None);
    };
    let found_by = (Lookup::LoginName, login_name.as_str());
    let found = records::<Account>(admin.store.as_ref(), found_by, None, 1).await?;
    Ok(found.into_iter().next())
}

/// The hash of a password that was checked, from the pool that logins use.
async fn hashed(admin: &Admin, password: Secret) -> Result<PasswordHash, Failure> {
    admin.passwords.hash(password).await.map_err(|fault| {
        tracing::error!(%fault, "a password was not set");
        Failure::Fault
    })
}

/// Acts on an account, and answers once the gate of this process judges by it.
async fn act<A>(admin: &Admin, id: &str, act: A) -> Result<ChangedAccountAnswer, Failure>
where
    A: Fn(&Account) -> Result<Plan<Account>, Refusal>,
{
    for _ in 0..ATTEMPTS {
        let held = load(admin, id).await?;
        let plan = act(&held)?;
        if let Some((account, revision)) = settle(admin, plan).await? {
            return Ok(ChangedAccountAnswer {
                account: AccountAnswer::from(&account),
                in_force: in_force::wait(admin.in_force.as_ref(), revision).await,
            });
        }
    }
    Err(Failure::Conflict)
}
