//! How a newcomer walks from a login to an API: the address to open, and the
//! lines that follow it.

use aws_lc_rs::digest::{SHA256, digest};
use base::{Entropy, Secret};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use credential::PresentedAuthorizationCode;

/// What the demo asks a person for.
const SCOPES: &str = "openid profile read:user_profile";

/// A client that keeps no secret, as the demo made it.
pub(super) struct PublicClient {
    pub(super) id: String,
    pub(super) redirect_uri: String,
}

/// One authorization request of the demo's public client, and what answers it.
/// It can be opened more than once: each answer has a code of its own.
pub(super) struct Delegation {
    pub(super) issuer: String,
    pub(super) gate: String,
    pub(super) binary: String,
    pub(super) client: PublicClient,
    state: String,
    verifier: Secret,
}

impl Delegation {
    pub(super) fn new(
        [issuer, gate, binary]: [&str; 3],
        client: PublicClient,
        entropy: &mut dyn Entropy,
    ) -> Self {
        Self {
            issuer: issuer.to_owned(),
            gate: gate.to_owned(),
            binary: binary.to_owned(),
            client,
            state: URL_SAFE_NO_PAD.encode(entropy.bytes::<16>()),
            // RFC 7636 section 4.1: 43 characters from 32 random octets.
            verifier: Secret::new(URL_SAFE_NO_PAD.encode(entropy.bytes::<32>())),
        }
    }

    /// The verifier of the request (RFC 7636 section 4.1).
    pub(super) fn verifier(&self) -> &str {
        self.verifier.expose()
    }

    /// What to open in a browser (RFC 6749 section 4.1.1, RFC 7636 section 4.3).
    pub(super) fn authorize_url(&self) -> String {
        let challenge = digest(&SHA256, self.verifier.expose().as_bytes());
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client.id)
            .append_pair("redirect_uri", &self.client.redirect_uri)
            .append_pair("scope", SCOPES)
            .append_pair("state", &self.state)
            .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(challenge))
            .append_pair("code_challenge_method", "S256")
            .finish();
        format!("{}/oauth2/authorize?{query}", self.issuer)
    }

    /// What the page says that the browser comes back to. Its lines are for a
    /// shell, so nothing of the answer is in them but a code, which has the
    /// shape of one, of an answer to this request by this issuer.
    pub(super) fn told(&self, answer: &[(String, String)]) -> Result<String, String> {
        let field = |name: &str| {
            let mut found = answer.iter().filter(|(found, _)| found == name);
            match (found.next(), found.next()) {
                (Some((_, value)), None) => Some(value.as_str()),
                _ => None,
            }
        };
        // RFC 6749 section 10.12: an answer to what nobody asked here is none.
        if field("state") != Some(&self.state) {
            return Err("This answers no request of this demo: its state is another.".to_owned());
        }
        // RFC 9207 section 2.4.
        if field("iss") != Some(&self.issuer) {
            return Err("This answer is of another issuer.".to_owned());
        }
        if let Some(error) = field("error") {
            let is_code = error.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            let error = if is_code { error } else { "unknown" };
            return Err(format!("Nothing was granted: {error}."));
        }
        match field("code") {
            Some(code) if PresentedAuthorizationCode::parse(code).is_ok() => Ok(self.lines(code)),
            _ => Err("This answer has no code.".to_owned()),
        }
    }

    fn lines(&self, code: &str) -> String {
        let Self {
            issuer,
            gate,
            binary,
            client: PublicClient { id, redirect_uri },
            ..
        } = self;
        let verifier = self.verifier.expose();
        format!(
            r#"You are back at the application, which has received this code:

  {code}

It is good for one minute and for one use. In a terminal, get tokens for it ...

  TOKENS=$(curl -s -d grant_type=authorization_code -d client_id={id} \
    --data-urlencode 'redirect_uri={redirect_uri}' -d code={code} \
    -d code_verifier={verifier} '{issuer}/oauth2/token'); echo "$TOKENS"

... read what was granted, as the application would ...

  curl -i -H "Authorization: Bearer $(echo "$TOKENS" | sed 's/.*"access_token":"\([^"]*\)".*/\1/')" '{gate}/v1/profile'

... go on when the token has ended ...

  TOKENS=$(curl -s -d grant_type=refresh_token -d client_id={id} \
    -d refresh_token="$(echo "$TOKENS" | sed 's/.*"refresh_token":"\([^"]*\)".*/\1/')" \
    '{issuer}/oauth2/token'); echo "$TOKENS"

... and end all of it at once. Both lines before are refused from then on.
(It takes the two variables that the demo has exported in its card.)

  {binary} user log-out alice
"#
        )
    }
}

#[cfg(test)]
mod tests {
    use base::SeededEntropy;

    use super::*;

    fn delegation() -> Delegation {
        let client = PublicClient {
            id: "c0123456789abcde".to_owned(),
            redirect_uri: "http://127.0.0.1:1/callback".to_owned(),
        };
        let places = ["http://127.0.0.1:2", "http://127.0.0.1:3", "doorward"];
        Delegation::new(places, client, &mut SeededEntropy::new(1))
    }

    fn code() -> String {
        let digest_key = credential::DigestKey::new([7; 32]);
        let class = credential::EnvironmentClass::Sandbox;
        let entropy = &mut SeededEntropy::new(2);
        let minted = credential::MintedAuthorizationCode::mint(class, &digest_key, entropy);
        minted.secret.expose().to_owned()
    }

    #[test]
    fn rfc7636_4_2_the_challenge_is_of_the_verifier_and_never_the_verifier() {
        let delegation = delegation();
        let url: url::Url = delegation.authorize_url().parse().unwrap();
        let field = |name: &str| {
            url.query_pairs()
                .find(|(found, _)| found == name)
                .unwrap()
                .1
        };
        assert_eq!(delegation.verifier().len(), 43);
        let digest = digest(&SHA256, delegation.verifier().as_bytes());
        assert_eq!(field("code_challenge"), URL_SAFE_NO_PAD.encode(digest));
        assert_eq!(field("code_challenge_method"), "S256");
        assert!(!url.as_str().contains(delegation.verifier()));
        assert_eq!(field("redirect_uri"), delegation.client.redirect_uri);
    }

    #[test]
    fn the_lines_for_a_shell_have_a_code_of_this_request_and_nothing_else_of_the_answer() {
        let delegation = delegation();
        let told = |fields: &[(&str, &str)]| {
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            delegation.told(&fields)
        };
        let (code, state) = (code(), delegation.state.clone());
        let iss = delegation.issuer.clone();
        let right = [("code", code.as_str()), ("state", &state), ("iss", &iss)];
        let lines = told(&right).unwrap();
        assert!(lines.contains(&format!("-d code={code} ")), "{lines}");
        assert!(lines.contains(delegation.verifier()));
        for wrong in [
            vec![],
            vec![("code", code.as_str())],
            vec![("code", code.as_str()), ("state", "canary"), ("iss", &iss)],
            vec![
                ("code", code.as_str()),
                ("state", &state),
                ("iss", "http://canary"),
            ],
            vec![("code", code.as_str()), ("state", &state)],
            vec![("code", "x'; canary; '"), ("state", &state), ("iss", &iss)],
            vec![("code", "$(canary)"), ("state", &state), ("iss", &iss)],
            vec![("state", &state), ("iss", &iss)],
            vec![("error", "$(canary)"), ("state", &state), ("iss", &iss)],
            vec![("error", "access_denied"), ("state", &state), ("iss", &iss)],
            [&right[..], &right[..1]].concat(),
            [&right[..], &right[1..2]].concat(),
        ] {
            let refused = told(&wrong).unwrap_err();
            assert!(
                !refused.contains("canary") && !refused.contains(&code),
                "{refused}"
            );
        }
    }
}
