//! Where the admin API is, and which operator token it gets.
//!
//! A token never goes anywhere but where its owner pointed it: not over plain
//! HTTP to another machine, and the token of a connection file only to the
//! address in the same file.

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;

use base::Secret;
use url::{Host, Url};

use super::connection_file::{self, ConnectionFile};
use super::{AdminApi, Session};
use crate::answer::Fault;

const TOKEN_VARIABLE: &str = "DOORWARD_OPERATOR_TOKEN";

/// How to reach the admin API.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Connection {
    /// The address of the admin API. The operator token is taken from
    /// DOORWARD_OPERATOR_TOKEN; it is never an argument.
    #[arg(long, value_name = "URL", env = "DOORWARD_ADMIN")]
    admin: Option<String>,
    /// A file with `admin = "URL"` and `operator_token_file = "PATH"`
    /// [default: ~/.config/doorward/context.toml].
    #[arg(long, value_name = "FILE", env = "DOORWARD_CONTEXT")]
    context: Option<PathBuf>,
    /// Print one JSON document instead of text for people.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What the process was started with.
#[derive(Debug, Default)]
struct Surroundings {
    token: Option<OsString>,
    xdg_config_home: Option<OsString>,
    home: Option<OsString>,
}

impl Surroundings {
    fn of_process() -> Self {
        Self {
            token: std::env::var_os(TOKEN_VARIABLE),
            xdg_config_home: std::env::var_os("XDG_CONFIG_HOME"),
            home: std::env::var_os("HOME"),
        }
    }
}

/// Where to, and with what.
#[derive(Debug)]
struct Target {
    admin: String,
    token: Secret,
}

impl Connection {
    /// Opens a conversation. Nothing is sent yet.
    pub(crate) fn open(&self) -> Result<Session, Fault> {
        let target = self.target(Surroundings::of_process())?;
        let api = AdminApi::new(&target.admin, target.token)?;
        Session::new(api, self.json)
    }

    /// Whether anything says where the admin API is.
    pub(crate) fn is_configured(&self) -> bool {
        let surroundings = Surroundings::of_process();
        let named = self.admin.as_ref().is_some_and(|admin| !admin.is_empty());
        named || !matches!(self.file(&surroundings), Ok(None))
    }

    fn target(&self, surroundings: Surroundings) -> Result<Target, Fault> {
        let file = self.file(&surroundings)?;
        let admin = self.admin.clone().filter(|admin| !admin.is_empty());
        let token = surroundings.token.filter(|token| !token.is_empty());
        let token = match token.map(OsString::into_string) {
            Some(text) => Some(Secret::new(text.map_err(|_| unusable_token())?)),
            None => None,
        };
        match (admin, token, file) {
            (Some(admin), Some(token), _) => Ok(Target { admin, token }),
            (None, Some(token), Some(file)) => Ok(Target {
                admin: file.admin,
                token,
            }),
            (None, None, Some(file)) => Ok(Target {
                token: file.token()?,
                admin: file.admin,
            }),
            (Some(admin), None, Some(file)) if is_same(&admin, &file.admin) => Ok(Target {
                token: file.token()?,
                admin,
            }),
            (Some(admin), None, Some(file)) => Err(Fault::new(
                format!(
                    "the operator token in {} is for {}, not for {admin}",
                    file.path.display(),
                    file.admin
                ),
                format!("set {TOKEN_VARIABLE} to a token of {admin}"),
            )),
            (Some(_), None, None) => Err(Fault::new(
                "there is an address and no operator token",
                format!("set {TOKEN_VARIABLE}; `doorward init` showed the first token once"),
            )),
            (None, _, None) => Err(not_configured()),
        }
    }

    /// The file that was named, which must be there, or the usual one if it is.
    fn file(&self, surroundings: &Surroundings) -> Result<Option<ConnectionFile>, Fault> {
        if let Some(path) = &self.context {
            return connection_file::read(path).map(Some);
        }
        let usual = surroundings
            .xdg_config_home
            .as_ref()
            .filter(|directory| !directory.is_empty())
            .map(PathBuf::from)
            .or_else(|| {
                let home = surroundings.home.as_ref().filter(|home| !home.is_empty())?;
                Some(PathBuf::from(home).join(".config"))
            })
            .map(|directory| directory.join("doorward").join("context.toml"));
        match usual {
            Some(path) if path.exists() => connection_file::read(&path).map(Some),
            Some(_) | None => Ok(None),
        }
    }
}

fn not_configured() -> Fault {
    Fault::new(
        "it is not known where the admin API is",
        format!(
            "do one of these three:\n    \
             1. give --admin URL and set {TOKEN_VARIABLE}\n    \
             2. set DOORWARD_ADMIN and {TOKEN_VARIABLE}\n    \
             3. write ~/.config/doorward/context.toml (or name one with --context) with\n         \
             admin = \"http://127.0.0.1:8082\"\n         \
             operator_token_file = \"operator_token\""
        ),
    )
}

/// The token cannot stand in a header, so it is no operator token.
pub(super) fn unusable_token() -> Fault {
    Fault::new(
        "the operator token has characters that no operator token has",
        "copy it again, whole: it starts with dwa_",
    )
}

/// Reads the address of an admin API.
pub(super) fn address(text: &str) -> Result<Url, Fault> {
    let wrong = |detail: &str| {
        Fault::new(
            format!("the address of the admin API cannot be used: {detail}"),
            "write scheme, host and port, such as https://admin.example.com:8443",
        )
    };
    let url = Url::parse(text).map_err(|_| wrong("it is no URL"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("it has a user or a password in it"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it has a path, a query or a fragment"));
    }
    match (url.scheme(), is_loopback(&url)) {
        ("https", _) | ("http", true) if url.has_host() => Ok(url),
        ("http", false) => Err(Fault::new(
            format!("an operator token is not sent in the clear to {text}"),
            "use https://, or a tunnel to a loopback address",
        )),
        _ => Err(wrong("it is neither https:// nor http:// of this machine")),
    }
}

/// Whether it is an address of this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

fn is_same(one: &str, other: &str) -> bool {
    matches!((Url::parse(one), Url::parse(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::*;

    fn connection(admin: Option<&str>, context: Option<&Path>) -> Connection {
        Connection {
            admin: admin.map(str::to_owned),
            context: context.map(Path::to_owned),
            json: false,
        }
    }

    fn with_token(token: &str) -> Surroundings {
        Surroundings {
            token: Some(token.into()),
            ..Surroundings::default()
        }
    }

    /// A connection file and its token file, which only its owner can read.
    fn written(directory: &Path) -> PathBuf {
        let token = directory.join("operator_token");
        std::fs::write(&token, "from-the-file\n").unwrap();
        std::fs::set_permissions(&token, PermissionsExt::from_mode(0o600)).unwrap();
        let file = directory.join("context.toml");
        let text = "admin = \"https://a.example\"\noperator_token_file = \"operator_token\"\n";
        std::fs::write(&file, text).unwrap();
        file
    }

    fn chosen(connection: &Connection, surroundings: Surroundings) -> (String, String) {
        let target = connection.target(surroundings).unwrap();
        (target.admin, target.token.expose().to_owned())
    }

    #[test]
    fn the_three_ways_lead_to_an_address_and_a_token() {
        let directory = tempfile::tempdir().unwrap();
        let file = written(directory.path());
        let pair = |admin: &str, token: &str| (admin.to_owned(), token.to_owned());
        let argument = connection(Some("https://b.example"), None);
        assert_eq!(
            chosen(&argument, with_token("t")),
            pair("https://b.example", "t")
        );
        let named = connection(None, Some(&file));
        let both = pair("https://a.example", "from-the-file");
        assert_eq!(chosen(&named, Surroundings::default()), both);
        assert_eq!(
            chosen(&named, with_token("t")),
            pair("https://a.example", "t")
        );

        let home = tempfile::tempdir().unwrap();
        let usual = home.path().join(".config/doorward");
        std::fs::create_dir_all(&usual).unwrap();
        written(&usual);
        let surroundings = Surroundings {
            home: Some(home.path().into()),
            ..Surroundings::default()
        };
        assert_eq!(chosen(&Connection::default(), surroundings), both);
        let surroundings = Surroundings {
            xdg_config_home: Some(home.path().join(".config").into()),
            home: Some("/nowhere".into()),
            token: None,
        };
        assert_eq!(chosen(&Connection::default(), surroundings), both);
    }

    #[test]
    fn the_token_of_a_file_goes_only_to_the_address_in_it() {
        let directory = tempfile::tempdir().unwrap();
        let file = written(directory.path());
        let same = connection(Some("https://a.example/"), Some(&file));
        assert_eq!(chosen(&same, Surroundings::default()).1, "from-the-file");
        let other = connection(Some("https://evil.example"), Some(&file));
        let fault = other.target(Surroundings::default()).unwrap_err();
        assert!(fault.message.contains("evil.example"), "{fault}");
        assert!(!fault.to_string().contains("from-the-file"), "{fault}");
    }

    #[test]
    fn nothing_configured_names_the_three_ways() {
        let fault = Connection::default()
            .target(Surroundings::default())
            .unwrap_err();
        for way in [
            "--admin",
            "DOORWARD_ADMIN",
            "context.toml",
            "operator_token_file",
        ] {
            assert!(fault.fix.contains(way), "{way}: {fault}");
        }
        let only_address = connection(Some("https://a.example"), None);
        let fault = only_address.target(Surroundings::default()).unwrap_err();
        assert!(fault.fix.contains(TOKEN_VARIABLE), "{fault}");
        let only_token = Connection::default().target(with_token("t"));
        assert!(only_token.is_err());
        let not_there = connection(None, Some(Path::new("/nowhere/context.toml")));
        let fault = not_there.target(Surroundings::default()).unwrap_err();
        assert!(fault.message.contains("/nowhere/context.toml"), "{fault}");
    }

    #[test]
    fn a_token_that_others_can_read_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let file = written(directory.path());
        let token = directory.path().join("operator_token");
        for mode in [0o640, 0o604, 0o660, 0o602, 0o777] {
            std::fs::set_permissions(&token, PermissionsExt::from_mode(mode)).unwrap();
            let fault = connection(None, Some(&file))
                .target(Surroundings::default())
                .unwrap_err();
            assert!(fault.fix.contains("chmod 600"), "{mode:o}: {fault}");
            assert!(!fault.to_string().contains("from-the-file"), "{fault}");
        }
        std::fs::set_permissions(&token, PermissionsExt::from_mode(0o400)).unwrap();
        assert!(
            connection(None, Some(&file))
                .target(Surroundings::default())
                .is_ok()
        );
    }

    #[test]
    fn a_token_is_not_sent_in_the_clear_to_another_machine() {
        for good in [
            "http://127.0.0.1:8082",
            "http://127.9.9.9",
            "http://localhost:1/",
            "http://[::1]:8082",
            "https://admin.example.com",
            "https://10.0.0.1:8443",
        ] {
            assert!(address(good).is_ok(), "{good}");
        }
        for wrong in [
            "http://admin.example.com",
            "http://10.0.0.1",
            "http://0.0.0.0",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://[::ffff:10.0.0.1]",
            "http://user@127.0.0.1",
            "https://user:password@a.example",
            "https://a.example/admin",
            "https://a.example?x",
            "https://a.example/#x",
            "ftp://127.0.0.1",
            "127.0.0.1:8082",
            "unix:/run/doorward",
            "",
        ] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }
}
