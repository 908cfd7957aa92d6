//! Why an issuer's keys could not be had.

use std::fmt;

use jose::InvalidKeySet;

/// Why an issuer's keys could not be had, for the log and the report. Nothing
/// of what was received is repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyFault {
    /// The host's name has no address.
    Unresolved,
    /// An address of the host is out of reach: private, of this machine, of
    /// this link, or reserved.
    OutOfReach(std::net::IpAddr),
    /// No connection, or it broke.
    Connection(std::io::ErrorKind),
    /// There are no certificates to check the host with.
    NoTrust,
    /// The answer is no HTTP.
    Protocol,
    /// It took longer than the deadline.
    Deadline,
    /// The answer's status; a redirect is not followed.
    Status(u16),
    /// The answer or the file has more bytes than are read.
    TooLarge,
    /// The OpenID configuration is no JSON object with `issuer` and `jwks_uri`.
    Discovery,
    /// The OpenID configuration names another issuer.
    OtherIssuer,
    /// The `jwks_uri` is no URL that keys may be fetched from.
    JwksUri,
    /// The file cannot be read.
    File(std::io::ErrorKind),
    /// Others can write the file.
    FileWritable,
    /// It is no JWK Set, or it has a private key.
    KeySet(InvalidKeySet),
    /// The inventory names an algorithm that is not known here.
    Algorithm,
}

impl fmt::Display for KeyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unresolved => f.write_str("the host's name has no address"),
            Self::OutOfReach(address) => write!(
                f,
                "the host's address {address} is private or reserved; allow_private_network reaches private ones"
            ),
            Self::Connection(kind) => write!(f, "the host gives no connection: {kind}"),
            Self::NoTrust => f.write_str("there are no certificates to check the host with"),
            Self::Protocol => f.write_str("the answer is no HTTP"),
            Self::Deadline => f.write_str("the answer did not come in time"),
            Self::Status(status @ 300..=399) => {
                write!(f, "the answer is a redirect ({status}), which is not followed")
            }
            Self::Status(status) => write!(f, "the answer has the status {status}"),
            Self::TooLarge => f.write_str("it has more than 512 KiB"),
            Self::Discovery => f.write_str(
                "the OpenID configuration is no JSON object with the texts issuer and jwks_uri",
            ),
            Self::OtherIssuer => f.write_str(
                "the OpenID configuration names another issuer; write that one, byte for byte, if it is the right one",
            ),
            Self::JwksUri => f.write_str("its jwks_uri is no https URL that keys may come from"),
            Self::File(kind) => write!(f, "the file cannot be read: {kind}"),
            Self::FileWritable => {
                f.write_str("others can write the file, and so make keys; take that away (chmod o-w)")
            }
            Self::KeySet(why) => write!(f, "{why}"),
            Self::Algorithm => {
                f.write_str("the inventory names an algorithm that this version does not know")
            }
        }
    }
}

impl std::error::Error for KeyFault {}
