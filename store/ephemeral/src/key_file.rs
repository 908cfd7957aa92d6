//! Keys in files, each in one that its owner alone can read: 256 bits in
//! hexadecimal, or the text of a private key.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use base::Entropy;
use zeroize::Zeroizing;

/// A key in memory: wiped when dropped.
pub type Key = Zeroizing<[u8; 32]>;

/// More than any key file has.
const LONGEST_FILE: u64 = 256;

/// More than the text of any private key has, RSA with 8192 bits included.
const LONGEST_TEXT: u64 = 16 * 1024;

/// Why a key could not be had or kept. Nothing of the file is in it.
#[derive(Debug)]
pub enum KeyFileFault {
    /// It cannot be read or written.
    Io(std::io::Error),
    /// Others than its owner can read it: its mode.
    Exposed(u32),
    /// It holds something else than 64 lower-case hexadecimal digits.
    Malformed,
    /// It holds no text, or more than the text of a private key has.
    NoText,
}

impl std::fmt::Display for KeyFileFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Exposed(mode) => write!(
                f,
                "it can be read by others (mode {mode:o}): chmod 600, and think about who has read it"
            ),
            Self::Malformed => {
                f.write_str("it is no key: a key is 64 lower-case hexadecimal digits")
            }
            Self::NoText => f.write_str("it is not the text of a key: UTF-8, at most 16 KiB"),
        }
    }
}

impl std::error::Error for KeyFileFault {}

impl From<std::io::Error> for KeyFileFault {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

/// Reads a key; a file that others can read is refused.
pub fn read_key(path: &Path) -> Result<Key, KeyFileFault> {
    let text = read_secret_text(path)?;
    let digest: base::Digest = text
        .trim_end()
        .parse()
        .map_err(|_| KeyFileFault::Malformed)?;
    Ok(Zeroizing::new(*digest.as_bytes()))
}

/// Reads a short secret text under the same conditions, with its line ends.
pub fn read_secret_text(path: &Path) -> Result<Zeroizing<String>, KeyFileFault> {
    let file = open_private(path)?;
    let mut text = Zeroizing::new(String::new());
    file.take(LONGEST_FILE)
        .read_to_string(&mut text)
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::InvalidData => KeyFileFault::Malformed,
            _ => KeyFileFault::Io(error),
        })?;
    Ok(text)
}

/// Reads the text of a private key under the same conditions.
pub fn read_private_key(path: &Path) -> Result<Zeroizing<String>, KeyFileFault> {
    let file = open_private(path)?;
    // Large enough from the start: growing would leave a copy behind.
    let capacity = usize::try_from(LONGEST_TEXT).unwrap_or_default() + 1;
    let mut text = Zeroizing::new(String::with_capacity(capacity));
    let read = file.take(LONGEST_TEXT + 1).read_to_string(&mut text);
    match read {
        Ok(length) if length < capacity => Ok(text),
        Err(error) if error.kind() != std::io::ErrorKind::InvalidData => {
            Err(KeyFileFault::Io(error))
        }
        _ => Err(KeyFileFault::NoText),
    }
}

/// Writes the text of a private key durably; a file that is there is never
/// overwritten.
pub fn create_private_key(path: &Path, text: &str) -> Result<(), KeyFileFault> {
    let mut file = create_private(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    Ok(())
}

/// Makes a key and writes it durably; a file that is there is never overwritten.
pub fn create_key(path: &Path, entropy: &mut dyn Entropy) -> Result<Key, KeyFileFault> {
    let key = Zeroizing::new(entropy.bytes::<32>());
    let text = Zeroizing::new(base::Digest::new(*key).to_hex());
    let mut file = create_private(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    Ok(key)
}

fn open_private(path: &Path) -> Result<File, KeyFileFault> {
    let file = File::open(path)?;
    let mode = file.metadata()?.mode();
    if mode & 0o077 != 0 {
        return Err(KeyFileFault::Exposed(mode & 0o777));
    }
    Ok(file)
}

fn create_private(path: &Path) -> std::io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use base::SeededEntropy;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_read_by_its_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.key");
        let made = create_key(&path, &mut SeededEntropy::new(1)).unwrap();
        assert_eq!(*read_key(&path).unwrap(), *made);
        assert!(matches!(
            create_key(&path, &mut SeededEntropy::new(2)),
            Err(KeyFileFault::Io(_))
        ));
        assert_eq!(*read_key(&path).unwrap(), *made);
        for mode in [0o640, 0o604, 0o644, 0o660, 0o601] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert!(
                matches!(read_key(&path), Err(KeyFileFault::Exposed(_))),
                "{mode:o}"
            );
        }
    }

    #[test]
    fn what_is_no_key_is_refused_without_being_shown() {
        let directory = tempfile::tempdir().unwrap();
        for (name, content) in [
            ("a", &b"hunter2"[..]),
            ("b", b""),
            ("c", &[0xff; 64]),
            ("d", &[b'0'; 300]),
        ] {
            let path = directory.path().join(name);
            create_key(&path, &mut SeededEntropy::new(1)).unwrap();
            std::fs::write(&path, content).unwrap();
            let fault = read_key(&path).unwrap_err();
            assert!(matches!(fault, KeyFileFault::Malformed), "{name}: {fault}");
            assert!(!format!("{fault} {fault:?}").contains("hunter2"));
        }
    }

    #[test]
    fn the_text_of_a_private_key_is_its_owners_alone_and_never_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.jwk");
        create_private_key(&path, "hunter2").unwrap();
        assert_eq!(*read_private_key(&path).unwrap(), "hunter2\n");
        assert!(matches!(
            create_private_key(&path, "other"),
            Err(KeyFileFault::Io(_))
        ));
        for mode in [0o640, 0o604, 0o644, 0o660, 0o601] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let fault = read_private_key(&path).unwrap_err();
            assert!(matches!(fault, KeyFileFault::Exposed(_)), "{mode:o}");
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&path, vec![b'x'; 16 * 1024]).unwrap();
        assert!(read_private_key(&path).is_ok());
        for wrong in [vec![b'x'; 16 * 1024 + 1], vec![0xff; 10]] {
            std::fs::write(&path, wrong).unwrap();
            let fault = read_private_key(&path).unwrap_err();
            assert!(matches!(fault, KeyFileFault::NoText), "{fault}");
        }
    }
}
