//! `/admin/v1/owner`.

pub(crate) mod disable;
pub(crate) mod enable;
pub(crate) mod list;

use std::collections::BTreeMap;

use authority::api_key::ApiKey;
use authority::owner::Owner;
use authority::{FieldFinding, Plan, Refusal};
use base::Name;

use crate::Admin;
use crate::answer::{ChangedOwnerAnswer, OwnerAnswer};
use crate::in_force;
use crate::problem::Failure;
use crate::settle::{ATTEMPTS, settle};

/// What is remembered of the owner with that name. What cannot be a name is
/// nobody's.
pub(crate) async fn known(admin: &Admin, name: Option<&str>) -> Result<Option<Owner>, Failure> {
    let name = name.and_then(|name| name.parse::<Name>().ok());
    match name {
        Some(name) => Ok(admin.store.owner(name.as_str()).await?),
        None => Ok(None),
    }
}

/// What is remembered of who answers for a key.
pub(crate) async fn of(admin: &Admin, api_key: &ApiKey) -> Result<Option<Owner>, Failure> {
    let name = &api_key.accountability.owner;
    Ok(admin.store.owner(name.as_str()).await?)
}

/// Everybody who is disabled.
pub(crate) async fn disabled(admin: &Admin) -> Result<BTreeMap<Name, Owner>, Failure> {
    let mut gone = BTreeMap::new();
    let mut after: Option<String> = None;
    loop {
        let owners = admin.store.owners(after.as_deref(), STRIDE).await?;
        let Some(last) = owners.last() else {
            return Ok(gone);
        };
        after = Some(last.name.to_string());
        let disabled = owners.into_iter().filter(Owner::is_disabled);
        gone.extend(disabled.map(|owner| (owner.name.clone(), owner)));
    }
}

/// How many owners are read at a time.
const STRIDE: usize = 500;

/// The name in a path.
fn named(text: &str) -> Result<Name, Refusal> {
    text.parse().map_err(|error: base::InvalidName| {
        Refusal::Invalid(vec![FieldFinding {
            field: "owner",
            detail: error.to_string(),
            fix: "write it as credentials have it, such as team-weather".to_owned(),
        }])
    })
}

/// Acts on an owner, and answers once the gate of this process judges by it.
async fn act<A>(admin: &Admin, name: &Name, act: A) -> Result<ChangedOwnerAnswer, Failure>
where
    A: Fn(Option<&Owner>) -> Result<Plan<Owner>, Refusal>,
{
    for _ in 0..ATTEMPTS {
        let held = admin.store.owner(name.as_str()).await?;
        let plan = act(held.as_ref())?;
        if let Some((owner, revision)) = settle(admin, plan).await? {
            return Ok(ChangedOwnerAnswer {
                owner: OwnerAnswer::from(&owner),
                in_force: in_force::wait(admin.in_force.as_ref(), revision).await,
            });
        }
    }
    Err(Failure::Conflict)
}
