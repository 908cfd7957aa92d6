//! Everything that is said while a place is asked.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

/// An ear on every log line of this thread, and the secrets that must not be
/// heard. A test that uses it runs on one thread.
pub struct Overheard {
    heard: Heard,
    secrets: Vec<Vec<u8>>,
    _listening: DefaultGuard,
}

impl std::fmt::Debug for Overheard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Overheard")
    }
}

impl Overheard {
    /// Listens from now on.
    pub fn listen(secrets: Vec<Vec<u8>>) -> Self {
        let heard = Heard::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(heard.clone())
            .finish();
        Self {
            heard,
            secrets,
            _listening: tracing::subscriber::set_default(subscriber),
        }
    }

    /// One more secret.
    pub fn never(&mut self, secret: &[u8]) {
        self.secrets.push(secret.to_vec());
    }

    /// Something that was said.
    pub fn note(&self, said: &str) {
        self.heard.lock().extend_from_slice(said.as_bytes());
    }

    /// Whether nobody said a secret.
    pub fn finish(self) {
        let heard = self.heard.lock();
        for secret in &self.secrets {
            for spelling in spellings(secret) {
                let said = heard.windows(spelling.len()).any(|part| part == spelling);
                assert!(!said, "a secret was said aloud");
            }
        }
    }
}

/// The ways in which a secret slips out: as it is, without its line end, as
/// `Debug` of bytes and of text, in hexadecimal, in base64.
fn spellings(secret: &[u8]) -> Vec<Vec<u8>> {
    let bare = crate::secret_text::without_line_end(secret);
    let mut spellings = vec![
        bare.to_vec(),
        format!("{bare:?}").trim_matches(['[', ']']).into(),
        bare.escape_ascii().to_string().into_bytes(),
        hexadecimal(bare).into_bytes(),
        hexadecimal(bare).to_uppercase().into_bytes(),
        STANDARD_NO_PAD.encode(bare).into_bytes(),
        URL_SAFE_NO_PAD.encode(bare).into_bytes(),
    ];
    // A secret of a few characters is in every other sentence.
    spellings.retain(|spelling| spelling.len() >= 6);
    spellings
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<u8>>>);

impl Heard {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl io::Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Heard {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
