//! An owner, under the precondition of its version.

use authority::owner::Owner;
use rusqlite::Connection;
use store::wall;

use super::effect::held;
use super::failure::Failure;

pub(super) fn put(
    connection: &Connection,
    environment: &str,
    from: u64,
    owner: &Owner,
) -> Result<(), Failure> {
    let held: Option<Owner> = held(connection, environment, owner.name.as_str())?;
    wall::check_owner(held.as_ref(), from, owner)?;
    let sql = "INSERT INTO owner VALUES (?1, ?2, ?3)
               ON CONFLICT (environment, id) DO UPDATE SET body = ?3";
    let body = serde_json::to_string(owner)?;
    connection
        .prepare_cached(sql)?
        .execute((environment, owner.name.as_str(), body))?;
    Ok(())
}
