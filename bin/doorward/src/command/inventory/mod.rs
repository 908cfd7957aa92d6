//! `doorward inventory`: say what each endpoint is, and put its demands in force.

mod compatibility;
mod diff;
mod differences;
mod lint;
mod report;
mod show;
mod submit;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use credential::EnvironmentClass;

use crate::admin_api::Connection;
use crate::answer::{Exit, Fault};

/// No inventory is larger: the admin API takes no more.
const LARGEST: u64 = 1 << 20;

/// What can be done with the inventory.
#[derive(clap::Subcommand)]
pub(crate) enum Inventory {
    /// Check a document on this machine; exit with 2 if it would be refused.
    Lint {
        /// The document; - reads standard input.
        file: PathBuf,
        /// The environment that it is for [default: the one that it names, or production].
        #[arg(long, value_name = "NAME")]
        environment: Option<String>,
        /// How strict to be.
        #[arg(long, value_enum, default_value = "production")]
        class: Class,
        /// Print one JSON document instead of text for people.
        #[arg(long)]
        json: bool,
    },
    /// Show what a document would change; exit with 2 if it would be refused.
    Plan {
        #[command(flatten)]
        connection: Connection,
        /// The document; - reads standard input.
        file: PathBuf,
    },
    /// Put a document in force: all of it or nothing.
    Apply {
        #[command(flatten)]
        connection: Connection,
        /// The document; - reads standard input.
        file: PathBuf,
        /// Only if this version is in force (0: none), as a plan said.
        #[arg(long, value_name = "N")]
        expected_version: Option<u64>,
    },
    /// Show each endpoint with what it demands and why.
    // Here --version is the inventory's, not the program's.
    #[command(disable_version_flag = true)]
    Show {
        #[command(flatten)]
        connection: Connection,
        /// That version instead of the one in force.
        #[arg(long, value_name = "N")]
        version: Option<u64>,
    },
    /// Show which keys are still used raw where that ends on a date.
    Compatibility {
        #[command(flatten)]
        connection: Connection,
    },
    /// Show what differs: a document from the version in force, or two versions.
    Diff {
        #[command(flatten)]
        connection: Connection,
        /// A document, or the number of a version.
        #[arg(value_name = "FILE|VERSION")]
        from: PathBuf,
        /// The number of another version [default: the one in force].
        #[arg(value_name = "VERSION")]
        to: Option<u64>,
    },
}

/// The class of an environment.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Class {
    /// Strict, with no way around.
    Production,
    /// A place to try things.
    Sandbox,
}

impl From<Class> for EnvironmentClass {
    fn from(class: Class) -> Self {
        match class {
            Class::Production => Self::Production,
            Class::Sandbox => Self::Sandbox,
        }
    }
}

impl Inventory {
    /// Does it.
    pub(crate) fn run(self) -> Result<Exit, Fault> {
        match self {
            Self::Lint {
                file,
                environment,
                class,
                json,
            } => lint::run(&Document::read(&file)?, environment, class.into(), json),
            Self::Plan { connection, file } => {
                submit::plan(&connection.open()?, &Document::read(&file)?)
            }
            Self::Apply {
                connection,
                file,
                expected_version,
            } => submit::apply(
                &connection.open()?,
                &Document::read(&file)?,
                expected_version,
            ),
            Self::Show {
                connection,
                version,
            } => show::run(&connection.open()?, version),
            Self::Compatibility { connection } => compatibility::run(&connection.open()?),
            Self::Diff {
                connection,
                from,
                to,
            } => diff::run(&connection.open()?, &from, to),
        }
    }
}

/// A document that was read, and what to call it.
#[derive(Debug)]
struct Document {
    name: String,
    text: String,
}

impl Document {
    fn read(path: &Path) -> Result<Self, Fault> {
        let name = match path.to_str() {
            Some("-") => "standard input".to_owned(),
            Some(_) | None => path.display().to_string(),
        };
        let fault = |detail: String| {
            Fault::new(
                format!("{name}: {detail}"),
                "name an inventory: a TOML file of at most 1 MiB",
            )
        };
        let mut bytes = Vec::new();
        // One byte more than is taken tells that it is too large.
        let most = LARGEST.saturating_add(1);
        let read = match path.to_str() {
            Some("-") => std::io::stdin().take(most).read_to_end(&mut bytes),
            Some(_) | None => {
                std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes))
            }
        };
        read.map_err(|error| fault(error.to_string()))?;
        if bytes.len() as u64 > LARGEST {
            return Err(fault("it has more than 1 MiB".to_owned()));
        }
        let text = String::from_utf8(bytes).map_err(|_| fault("it is not UTF-8".to_owned()))?;
        Ok(Self { name, text })
    }
}

#[cfg(test)]
mod tests {
    use clap::Subcommand as _;

    use super::*;
    use crate::command::{api_key, audit, client, drill};

    #[test]
    fn no_argument_is_there_twice() {
        let command = clap::Command::new("doorward")
            .version("1")
            .propagate_version(true);
        for augmented in [
            Inventory::augment_subcommands(command.clone()),
            drill::Drill::augment_subcommands(command.clone()),
            api_key::Key::augment_subcommands(command.clone()),
            client::Client::augment_subcommands(command.clone()),
            audit::Audit::augment_subcommands(command.clone()),
        ] {
            augmented.debug_assert();
        }
        let show = Inventory::augment_subcommands(command);
        let given = show.try_get_matches_from(["doorward", "show", "--version", "3"]);
        assert!(given.is_ok(), "{given:?}");
    }

    #[test]
    fn a_document_is_utf_8_of_at_most_1_mib() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("inventory.toml");
        std::fs::write(&path, "#".repeat(1 << 20)).unwrap();
        assert_eq!(Document::read(&path).unwrap().text.len(), 1 << 20);
        std::fs::write(&path, "#".repeat((1 << 20) + 1)).unwrap();
        assert!(Document::read(&path).is_err());
        std::fs::write(&path, [0xff, 0xfe]).unwrap();
        assert!(Document::read(&path).is_err());
        assert!(Document::read(&directory.path().join("none")).is_err());
    }
}
