//! Who answers for a credential.

use base::Name;

/// Who answers for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Their name.
    pub name: Name,
    /// Who that is.
    pub kind: OwnerKind,
}

/// Who an owner is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerKind {
    /// A person.
    Person,
    /// A service, or the team behind it.
    Service,
    /// Whoever runs this installation.
    Operator,
}

impl OwnerKind {
    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Service => "service",
            Self::Operator => "operator",
        }
    }
}
