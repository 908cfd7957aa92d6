//! A session with the one token that a URI names.

use base::Secret;
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use secret_source::SourceFault;
use secret_source::uri::Pkcs11Object;

use crate::fault::about;

/// Opens a session, and logs in when there is a PIN.
pub(crate) fn open(object: &Pkcs11Object, pin: Option<&Secret>) -> Result<Session, SourceFault> {
    let module = object.module().display();
    let context = Pkcs11::new(object.module())
        .map_err(|error| about(&format!("the PKCS#11 module {module}"), &error))?;
    let arguments = CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK);
    match context.initialize(arguments) {
        // Once for the whole process; another object of the same module may
        // have been first.
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(error) => return Err(about(&format!("the PKCS#11 module {module}"), &error)),
    }
    let slot = slot(&context, object)?;
    let session = context
        .open_ro_session(slot)
        .map_err(|error| about("a session with the token", &error))?;
    if let Some(pin) = pin {
        let pin = AuthPin::new(pin.expose().into());
        match session.login(UserType::User, Some(&pin)) {
            // The login is one for all sessions of a process.
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
            Err(error) => return Err(about("the login at the token", &error)),
        }
    }
    Ok(session)
}

/// The slot of the one token that is named.
fn slot(context: &Pkcs11, object: &Pkcs11Object) -> Result<Slot, SourceFault> {
    let slots = context
        .get_slots_with_token()
        .map_err(|error| about("the list of tokens", &error))?;
    let mut found = Vec::new();
    for slot in slots {
        let token = context
            .get_token_info(slot)
            .map_err(|error| about("the description of a token", &error))?;
        let is =
            |wanted: Option<&str>, it: &str| wanted.is_none_or(|wanted| wanted == it.trim_end());
        if token.token_initialized()
            && is(object.token(), token.label())
            && is(object.serial(), token.serial_number())
            && is(object.manufacturer(), token.manufacturer_id())
            && is(object.model(), token.model())
        {
            found.push(slot);
        }
    }
    match *found.as_slice() {
        [slot] => Ok(slot),
        [] => Err(SourceFault::Missing(format!(
            "the module has no token of pkcs11:{object}"
        ))),
        _ => Err(SourceFault::Malformed(format!(
            "several tokens are pkcs11:{object}; name its serial"
        ))),
    }
}
