//! Who may use the admin API.

use access::{Denial, Operator, OperatorEntry, OperatorJudge, decide_operator, operator_token_id};
use base::{SeededEntropy, Timestamp};
use credential::{
    DigestKey, DigestKeys, Environment, EnvironmentClass, MintedApiKey, MintedOperatorToken,
    ScopeSet,
};

use crate::house::{at, header_map, name};

struct Office {
    digest_key: DigestKey,
    environment: Environment,
    minted: MintedOperatorToken,
    held_in: base::Name,
    is_owner_disabled: bool,
    scopes: ScopeSet,
    expires_at: Timestamp,
    revoked_at: Option<Timestamp>,
}

impl Office {
    fn new() -> Self {
        let digest_key = DigestKey::new([9; 32]);
        let minted = MintedOperatorToken::mint(
            EnvironmentClass::Production,
            &digest_key,
            &mut SeededEntropy::new(4),
        );
        Self {
            digest_key,
            environment: Environment {
                name: name("production"),
                class: EnvironmentClass::Production,
            },
            minted,
            held_in: name("production"),
            is_owner_disabled: false,
            scopes: ScopeSet::parse("read:client").unwrap(),
            expires_at: at(100),
            revoked_at: None,
        }
    }

    fn decide(&self, headers: &[(&str, &str)], demanded: &str) -> Result<Operator, Denial> {
        let headers = header_map(headers);
        let owner = name("team-ops");
        let entry = OperatorEntry {
            id: &self.minted.id,
            digest: &self.minted.digest,
            digest_key: Some(self.digest_key.id()),
            environment: &self.held_in,
            owner: &owner,
            is_owner_disabled: self.is_owner_disabled,
            scopes: &self.scopes,
            expires_at: self.expires_at,
            revoked_at: self.revoked_at,
        };
        // As a server does: look up what is claimed, then judge.
        let id = operator_token_id(&headers)?;
        let found = (id == self.minted.id.as_str()).then_some(&entry);
        let judge = OperatorJudge {
            environment: &self.environment,
            digest_keys: &DigestKeys::only(self.digest_key.clone()),
        };
        decide_operator(&headers, found, &demanded.parse().unwrap(), judge, at(0))
    }

    fn rule(&self, text: &str) -> &'static str {
        let value = format!("Bearer {text}");
        let denial = self
            .decide(&[("authorization", &value)], "read:client")
            .unwrap_err();
        assert_eq!(denial.status().as_u16(), 401);
        assert_eq!(denial.reason().as_str(), "operator_token_invalid");
        assert_eq!(denial.detail(), "The operator token is not accepted.");
        assert_eq!(
            denial.challenges(),
            [
                "Bearer realm=\"doorward\", error=\"invalid_token\", error_description=\"The operator token is not accepted.\""
            ]
        );
        denial.rule().as_str()
    }
}

#[test]
fn a_good_operator_token_passes_for_its_scopes_alone() {
    let office = Office::new();
    let value = format!("Bearer {}", office.minted.secret.expose());
    let operator = office
        .decide(&[("authorization", &value)], "read:client")
        .unwrap();
    assert_eq!(operator.owner().as_str(), "team-ops");
    assert_eq!(operator.id(), &office.minted.id);
    let denial = office
        .decide(&[("authorization", &value)], "write:client")
        .unwrap_err();
    assert_eq!(
        (denial.status().as_u16(), denial.reason().as_str()),
        (403, "insufficient_scope")
    );
    assert!(denial.challenges()[0].contains("scope=\"write:client\""));
}

#[test]
fn every_failed_operator_token_gets_the_same_answer_and_its_own_rule() {
    let mut office = Office::new();
    let good = office.minted.secret.expose().to_owned();
    let mint = |class, seed| {
        MintedOperatorToken::mint(class, &office.digest_key, &mut SeededEntropy::new(seed))
    };
    let unknown = mint(EnvironmentClass::Production, 5)
        .secret
        .expose()
        .to_owned();
    let key = MintedApiKey::mint(
        EnvironmentClass::Production,
        &office.digest_key,
        &mut SeededEntropy::new(6),
    );
    assert_eq!(office.rule(&unknown), "operator_token_unknown");
    assert_eq!(office.rule(key.secret.expose()), "operator_token_malformed");
    assert_eq!(office.rule("dwa_live_x"), "operator_token_malformed");
    office.held_in = name("staging-eu");
    assert_eq!(office.rule(&good), "wrong_environment");
    office.held_in = name("production");
    office.environment.class = EnvironmentClass::Sandbox;
    assert_eq!(office.rule(&good), "wrong_environment");
    office.environment.class = EnvironmentClass::Production;
    office.revoked_at = Some(at(-1));
    assert_eq!(office.rule(&good), "operator_token_revoked");
    office.is_owner_disabled = true;
    assert_eq!(office.rule(&good), "operator_token_revoked");
    office.revoked_at = None;
    assert_eq!(office.rule(&good), "operator_token_owner_disabled");
    office.is_owner_disabled = false;
    office.expires_at = at(0);
    assert_eq!(office.rule(&good), "operator_token_expired");
    office.expires_at = at(1);
    office.minted.digest = base::Digest::new([0; 32]);
    assert_eq!(office.rule(&good), "operator_token_digest");
}

#[test]
fn the_header_is_as_strict_as_at_the_gate() {
    let office = Office::new();
    let text = office.minted.secret.expose();
    let good = format!("Bearer {text}");
    let reason = |headers: &[(&str, &str)]| {
        office
            .decide(headers, "read:client")
            .unwrap_err()
            .reason()
            .as_str()
    };
    assert_eq!(reason(&[]), "credential_missing");
    assert_eq!(
        reason(&[("authorization", &good), ("authorization", &good)]),
        "several_credentials"
    );
    assert_eq!(
        reason(&[("authorization", &good), ("x-api-key", text)]),
        "several_credentials"
    );
    assert_eq!(reason(&[("x-api-key", text)]), "credential_misplaced");
    assert_eq!(
        reason(&[("authorization", &format!("ApiKey {text}"))]),
        "credential_misplaced"
    );
    for wrong in [
        format!("Bearer  {text}"),
        format!("Bearer\t{text}"),
        format!("{good},"),
        text.to_owned(),
    ] {
        assert_eq!(
            reason(&[("authorization", &wrong)]),
            "invalid_request",
            "{wrong}"
        );
    }
}
