//! That we asked somebody to log in for this request, and when. A browser
//! carries it back to us, so nothing is stored for a stranger, and any step can
//! be taken again; it proves by a keyed digest that we wrote it for this very
//! request.

use base::{Digest, Lifetime, Timestamp};
use credential::DigestKeys;

use super::AuthorizationRequest;

/// What the digest is over, beside the request.
const LABEL: &str = "authorization interaction";

/// How long somebody may take to log in.
const LIFETIME: Lifetime = Lifetime::from_secs(3_600);

/// Since when a request has been under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interaction {
    /// When we first asked somebody to log in for it.
    pub asked_at: Timestamp,
}

impl Interaction {
    /// What a request carries; nothing if it carries none that we wrote for it,
    /// or one that is too old: then the person is asked afresh.
    pub fn of(
        request: &AuthorizationRequest,
        digest_keys: &DigestKeys,
        now: Timestamp,
    ) -> Option<Self> {
        let (at, digest) = request.interaction.as_deref()?.split_once('.')?;
        let asked_at: Timestamp = at.parse::<i64>().ok()?.try_into().ok()?;
        let presented = digest.to_owned().try_into().ok()?;
        let written = |key: &credential::DigestKey| {
            key.digest_labelled(LABEL, &input(request, asked_at))
                .matches(&presented)
        };
        let is_ours = digest_keys.in_use().any(written);
        let is_recent = asked_at <= now && now.since(asked_at) < LIFETIME;
        (is_ours && is_recent).then_some(Self { asked_at })
    }

    /// The text for the browser.
    pub fn write(&self, request: &AuthorizationRequest, digest_keys: &DigestKeys) -> String {
        let digest: Digest = digest_keys
            .current()
            .digest_labelled(LABEL, &input(request, self.asked_at));
        format!("{}.{}", self.asked_at.unix_micros(), digest.to_hex())
    }
}

fn input(request: &AuthorizationRequest, asked_at: Timestamp) -> Vec<u8> {
    let mut input = asked_at.unix_micros().to_be_bytes().to_vec();
    input.extend_from_slice(request.text().as_bytes());
    input
}

#[cfg(test)]
mod tests {
    use super::*;
    use credential::DigestKey;

    fn keys(byte: u8) -> DigestKeys {
        DigestKeys::only(DigestKey::new([byte; 32]))
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_seconds(seconds).unwrap()
    }

    fn carried(text: &str, interaction: &str) -> AuthorizationRequest {
        let text = format!("{text}&interaction={interaction}");
        AuthorizationRequest::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn only_what_we_wrote_for_this_request_counts_and_not_for_ever() {
        let request = AuthorizationRequest::parse(b"client_id=a&prompt=login").unwrap();
        let written = Interaction { asked_at: at(100) }.write(&request, &keys(1));
        let read = |text: &str, interaction: &str, keys: &DigestKeys, now: i64| {
            Interaction::of(&carried(text, interaction), keys, at(now))
        };
        let text = "client_id=a&prompt=login";
        let expected = Some(Interaction { asked_at: at(100) });
        assert_eq!(read(text, &written, &keys(1), 100), expected);
        assert_eq!(read(text, &written, &keys(1), 3_699), expected);
        assert_eq!(read(text, &written, &keys(1), 3_700), None);
        assert_eq!(read(text, &written, &keys(1), 99), None);
        assert_eq!(read(text, &written, &keys(2), 100), None);
        let id = keys(1).current().id();
        let retired = [(id, at(0))].into_iter().collect();
        let retired = keys(1).refusing(&retired).into_owned();
        assert_eq!(
            read(text, &written, &retired, 100),
            None,
            "somebody else has the key"
        );
        assert_eq!(
            read("client_id=b&prompt=login", &written, &keys(1), 100),
            None
        );
        let earlier = written.replacen("100000000", "100000001", 1);
        assert_eq!(read(text, &earlier, &keys(1), 3_000), None);
        for broken in [
            "x",
            ".",
            "1.",
            "1.00",
            written.get(..written.len() - 1).unwrap(),
        ] {
            assert_eq!(read(text, broken, &keys(1), 100), None, "{broken}");
        }
    }
}
