//! An object of a PKCS#11 token: the part of RFC 7512 that names one object of
//! one token through one module. The rest of it is refused by name or by form,
//! first of all a PIN in the text.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use percent_encoding::percent_decode_str;

use super::{InvalidSourceUri, SourceUri};

const FORM: InvalidSourceUri = InvalidSourceUri(
    "a thing in a PKCS#11 token is written pkcs11:token=LABEL;object=LABEL;type=TYPE?module-path=/FILE.so&pin-source=SOURCE (RFC 7512), each attribute once",
);
const UNKNOWN: InvalidSourceUri = InvalidSourceUri(
    "a pkcs11: URI has only token, serial, manufacturer, model, object, id and type, and after ? only module-path and pin-source",
);
const PIN_VALUE: InvalidSourceUri = InvalidSourceUri(
    "a pkcs11: URI never has the PIN itself (pin-value): write pin-source=file:PATH or pin-source=env:NAME",
);
const PIN_SOURCE: InvalidSourceUri =
    InvalidSourceUri("the pin-source of a pkcs11: URI is file:PATH, env:NAME or an absolute path");
const MODULE: InvalidSourceUri = InvalidSourceUri(
    "a pkcs11: URI names its module by an absolute module-path, such as ?module-path=/usr/lib/softhsm/libsofthsm2.so",
);
const TYPE: InvalidSourceUri = InvalidSourceUri(
    "the type of a pkcs11: URI is data or secret-key for a secret, private for a signing key",
);
const NO_OBJECT: InvalidSourceUri = InvalidSourceUri(
    "a pkcs11: URI names its token (token or serial) and its object (object or id)",
);

/// The class of an object (`type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pkcs11Class {
    /// A data object: its value is the secret.
    Data,
    /// A secret key that its token lets out: its value is the secret.
    SecretKey,
    /// A private key: it signs.
    Private,
}

/// One object of one token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pkcs11Object {
    written: String,
    token: Option<String>,
    serial: Option<String>,
    manufacturer: Option<String>,
    model: Option<String>,
    label: Option<String>,
    id: Option<Vec<u8>>,
    class: Option<Pkcs11Class>,
    module: PathBuf,
    pin: Option<Box<SourceUri>>,
}

impl Pkcs11Object {
    /// The token's label.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The token's serial number.
    pub fn serial(&self) -> Option<&str> {
        self.serial.as_deref()
    }

    /// Who made the token.
    pub fn manufacturer(&self) -> Option<&str> {
        self.manufacturer.as_deref()
    }

    /// The token's model.
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// The object's label.
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// The object's id.
    pub fn id(&self) -> Option<&[u8]> {
        self.id.as_deref()
    }

    /// The object's class, when the text says it.
    pub const fn class(&self) -> Option<Pkcs11Class> {
        self.class
    }

    /// The module that speaks to the token.
    pub fn module(&self) -> &Path {
        &self.module
    }

    /// Where the PIN is: a file or a variable.
    pub fn pin(&self) -> Option<&SourceUri> {
        self.pin.as_deref()
    }
}

impl FromStr for Pkcs11Object {
    type Err = InvalidSourceUri;

    // RFC 7512 section 2.3: attributes with ; between them, then after ? more
    // with & between them.
    fn from_str(text: &str) -> Result<Self, InvalidSourceUri> {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let mut attributes = Attributes::default();
        for attribute in path.split(';').filter(|attribute| !attribute.is_empty()) {
            attributes.of_path(attribute)?;
        }
        for attribute in query.split('&').filter(|attribute| !attribute.is_empty()) {
            attributes.of_query(attribute)?;
        }
        attributes.finish(text)
    }
}

#[derive(Default)]
struct Attributes {
    token: Option<String>,
    serial: Option<String>,
    manufacturer: Option<String>,
    model: Option<String>,
    label: Option<String>,
    id: Option<Vec<u8>>,
    class: Option<Pkcs11Class>,
    module: Option<PathBuf>,
    pin: Option<Box<SourceUri>>,
}

impl Attributes {
    fn of_path(&mut self, attribute: &str) -> Result<(), InvalidSourceUri> {
        let (name, value) = attribute.split_once('=').ok_or(FORM)?;
        let slot = match name {
            "token" => &mut self.token,
            "serial" => &mut self.serial,
            "manufacturer" => &mut self.manufacturer,
            "model" => &mut self.model,
            "object" => &mut self.label,
            "id" => return once(&mut self.id, decode(value)?.into_owned()),
            "type" => {
                let class = match value {
                    "data" => Pkcs11Class::Data,
                    "secret-key" => Pkcs11Class::SecretKey,
                    "private" => Pkcs11Class::Private,
                    _ => return Err(TYPE),
                };
                return once(&mut self.class, class);
            }
            _ => return Err(UNKNOWN),
        };
        once(slot, decode_text(value)?)
    }

    fn of_query(&mut self, attribute: &str) -> Result<(), InvalidSourceUri> {
        let (name, value) = attribute.split_once('=').ok_or(FORM)?;
        match name {
            // RFC 7512 section 4: a PIN in the text is in every log of it.
            "pin-value" => Err(PIN_VALUE),
            "pin-source" => once(&mut self.pin, Box::new(pin_source(&decode_text(value)?)?)),
            "module-path" => {
                let path = PathBuf::from(decode_text(value)?);
                if !path.is_absolute() {
                    return Err(MODULE);
                }
                once(&mut self.module, path)
            }
            _ => Err(UNKNOWN),
        }
    }

    fn finish(self, written: &str) -> Result<Pkcs11Object, InvalidSourceUri> {
        let names_token = self.token.is_some() || self.serial.is_some();
        if !names_token || (self.label.is_none() && self.id.is_none()) {
            return Err(NO_OBJECT);
        }
        Ok(Pkcs11Object {
            written: written.to_owned(),
            token: self.token,
            serial: self.serial,
            manufacturer: self.manufacturer,
            model: self.model,
            label: self.label,
            id: self.id,
            class: self.class,
            module: self.module.ok_or(MODULE)?,
            pin: self.pin,
        })
    }
}

/// RFC 7512 section 2.3: no attribute stands twice.
fn once<T>(slot: &mut Option<T>, value: T) -> Result<(), InvalidSourceUri> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(FORM),
    }
}

fn pin_source(text: &str) -> Result<SourceUri, InvalidSourceUri> {
    if text.starts_with('/') {
        return Ok(SourceUri::File(text.into()));
    }
    match text.parse() {
        Ok(source @ (SourceUri::File(_) | SourceUri::Environment(_))) => Ok(source),
        Ok(_) | Err(_) => Err(PIN_SOURCE),
    }
}

/// RFC 3986 section 2.1: every `%` starts an octet; and RFC 7512 section 2.3:
/// what is not printable ASCII is written as one.
fn decode(value: &str) -> Result<Cow<'_, [u8]>, InvalidSourceUri> {
    let broken = value.split('%').skip(1).any(|octet| {
        let mut digits = octet.bytes();
        !(digits.next().is_some_and(|digit| digit.is_ascii_hexdigit())
            && digits.next().is_some_and(|digit| digit.is_ascii_hexdigit()))
    });
    let printable = value.bytes().all(|byte| matches!(byte, b'!'..=b'~'));
    if value.is_empty() || broken || !printable {
        return Err(FORM);
    }
    Ok(Cow::from(percent_decode_str(value)))
}

fn decode_text(value: &str) -> Result<String, InvalidSourceUri> {
    let text = String::from_utf8(decode(value)?.into_owned()).map_err(|_| FORM)?;
    if text.chars().any(char::is_control) {
        return Err(FORM);
    }
    Ok(text)
}

impl std::fmt::Display for Pkcs11Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.written)
    }
}
