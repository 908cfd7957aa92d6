//! Where a secret lies, and who can read it there (article 002, "audit the path
//! each secret takes from creation to use").

/// Where a secret lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storage {
    /// On which level.
    pub level: StorageLevel,
    /// Where, such as `vault:secret/ci/weather`; never the secret itself.
    pub place: String,
    /// How it came there; nothing if nobody said.
    pub transport: Option<String>,
    /// Who can read it there, as its holder says.
    pub readers: Vec<String>,
    /// Whether others on this machine can read it, where that was looked at.
    pub readable_by_others: Option<bool>,
}

/// On which level a secret is kept (article 002: environment variables are the
/// least, a secrets manager is what production asks for).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StorageLevel {
    /// It never leaves a place that works with it.
    Place,
    /// A secrets manager: encrypted, with an access log.
    SecretsManager,
    /// In a store of ours, sealed by a key that is not in it.
    Sealed,
    /// A file that only its reader can open.
    File,
    /// A `.env` file.
    DotEnv,
    /// An environment variable that is set at the start of the program.
    Environment,
    /// A variable of a build system, readable by its jobs.
    CiVariable,
    /// A share, a wiki, a chat, a mailbox.
    SharedStorage,
}

impl StorageLevel {
    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::SecretsManager => "secrets_manager",
            Self::Sealed => "sealed",
            Self::File => "file",
            Self::DotEnv => "dot_env",
            Self::Environment => "environment",
            Self::CiVariable => "ci_variable",
            Self::SharedStorage => "shared_storage",
        }
    }
}
