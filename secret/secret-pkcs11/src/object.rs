//! The one object that a URI names.

use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use secret_source::SourceFault;
use secret_source::uri::Pkcs11Object;

use crate::fault::about;

/// The object of this class that `object` names.
pub(crate) fn find(
    session: &Session,
    object: &Pkcs11Object,
    class: ObjectClass,
) -> Result<ObjectHandle, SourceFault> {
    let mut template = vec![Attribute::Class(class), Attribute::Token(true)];
    if let Some(label) = object.label() {
        template.push(Attribute::Label(label.as_bytes().to_vec()));
    }
    if let Some(id) = object.id() {
        template.push(Attribute::Id(id.to_vec()));
    }
    one(session, &template, object)
}

/// The one object of this template.
pub(crate) fn one(
    session: &Session,
    template: &[Attribute],
    object: &Pkcs11Object,
) -> Result<ObjectHandle, SourceFault> {
    let found = session
        .find_objects(template)
        .map_err(|error| about("the search for the object", &error))?;
    match *found.as_slice() {
        [handle] => Ok(handle),
        [] => Err(SourceFault::Missing(format!(
            "the token has no such object, or hides it from who is not logged in (pin-source): pkcs11:{object}"
        ))),
        _ => Err(SourceFault::Malformed(format!(
            "several objects of the token are pkcs11:{object}; name its id and its type"
        ))),
    }
}

/// The bytes of one attribute; `None` when the token keeps it to itself.
pub(crate) fn bytes(
    session: &Session,
    handle: ObjectHandle,
    kind: AttributeType,
) -> Result<Option<Vec<u8>>, SourceFault> {
    let attributes = session
        .get_attributes(handle, &[kind])
        .map_err(|error| about("an attribute of the object", &error))?;
    Ok(attributes
        .into_iter()
        .find_map(|attribute| match attribute {
            Attribute::Value(bytes)
            | Attribute::Id(bytes)
            | Attribute::Modulus(bytes)
            | Attribute::PublicExponent(bytes)
            | Attribute::EcPoint(bytes)
            | Attribute::EcParams(bytes) => Some(bytes),
            _ => None,
        }))
}
