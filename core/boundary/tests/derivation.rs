//! The derivation table: every row, the decision trees of the articles, and
//! laws over all combinations of facts.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::allow_attributes,
    missing_docs,
    reason = "tests"
)]

use boundary::{
    Authority, Caller, Consequence, DataClass, Exposure, Facts, Record, Rule, Severity,
    WhenLagging, demand_of,
};
use credential::CredentialKind::{self, ApiKey, AuthorizationCode, ClientCredentials, Session};

const CALLERS: [Caller; 5] = [
    Caller::Browser,
    Caller::Mobile,
    Caller::Partner,
    Caller::Service,
    Caller::Anyone,
];
const DATA: [DataClass; 5] = [
    DataClass::Public,
    DataClass::Own,
    DataClass::User,
    DataClass::Money,
    DataClass::Admin,
];
const CONSEQUENCES: [Consequence; 4] = [
    Consequence::Read,
    Consequence::Write,
    Consequence::Sensitive,
    Consequence::Irreversible,
];

fn every_combination() -> Vec<Facts> {
    let mut all = Vec::new();
    for caller in CALLERS {
        for authority in [Authority::Own, Authority::Delegated] {
            for data in DATA {
                for exposure in [Exposure::Public, Exposure::Internal] {
                    for consequence in CONSEQUENCES {
                        all.push(Facts {
                            caller,
                            authority,
                            data,
                            exposure,
                            consequence,
                        });
                    }
                }
            }
        }
    }
    assert_eq!(all.len(), 5 * 2 * 5 * 2 * 4);
    all
}

fn facts(caller: Caller, authority: Authority, data: DataClass, consequence: Consequence) -> Facts {
    Facts {
        caller,
        authority,
        data,
        exposure: Exposure::Public,
        consequence,
    }
}

fn accepted(facts: &Facts) -> Vec<CredentialKind> {
    demand_of(facts).unwrap().accepts
}

#[test]
fn whatever_is_accepted_has_reasons_and_articles() {
    for facts in every_combination() {
        let Ok(demand) = demand_of(&facts) else {
            continue;
        };
        assert!(!demand.reasons.is_empty(), "{facts:?}");
        for reason in &demand.reasons {
            assert!(reason.sentence.ends_with('.'), "{:?}", reason.sentence);
            assert!(!reason.articles.is_empty());
        }
        // Somebody explains who may call, before the clocks and the record.
        let first = demand.reasons[0].rule;
        assert!(
            matches!(
                first,
                Rule::Anyone
                    | Rule::DelegatedAuthority
                    | Rule::PublicClient
                    | Rule::Partner
                    | Rule::InternalIsTopology
                    | Rule::LightestThatFits
            ),
            "{facts:?} {first}"
        );
    }
}

#[test]
fn whatever_is_refused_names_a_rule_a_field_and_a_fix() {
    let mut refused = 0;
    for facts in every_combination() {
        let Err(verdicts) = demand_of(&facts) else {
            continue;
        };
        refused += 1;
        assert!(!verdicts.is_empty());
        for verdict in verdicts {
            assert_eq!(verdict.severity, Severity::Error);
            assert!(["caller", "authority", "data", "consequence"].contains(&verdict.field));
            assert!(!verdict.message.is_empty() && !verdict.fix.is_empty());
        }
    }
    // `anyone` stands only with its own authority, public data and what can be
    // undone: 3 of its 40 combinations, at either exposure.
    assert_eq!(refused, 80 - 2 * 3);
}

#[test]
fn no_delegated_endpoint_and_no_public_client_ever_takes_a_key() {
    for facts in every_combination() {
        let Ok(demand) = demand_of(&facts) else {
            continue;
        };
        let keeps_no_secret = matches!(facts.caller, Caller::Browser | Caller::Mobile);
        if facts.authority == Authority::Delegated || keeps_no_secret {
            assert!(!demand.accepts.contains(&ApiKey), "{facts:?}");
            assert!(!demand.accepts.contains(&ClientCredentials), "{facts:?}");
        }
    }
}

#[test]
fn what_belongs_to_others_or_does_harm_never_takes_a_key() {
    for facts in every_combination() {
        let Ok(demand) = demand_of(&facts) else {
            continue;
        };
        let is_theirs = matches!(
            facts.data,
            DataClass::User | DataClass::Money | DataClass::Admin
        );
        if is_theirs || facts.consequence >= Consequence::Sensitive {
            assert!(!demand.accepts.contains(&ApiKey), "{facts:?}");
        }
    }
}

#[test]
fn internal_never_lowers_a_demand() {
    for facts in every_combination() {
        let mut other = facts;
        other.exposure = Exposure::Public;
        assert_eq!(demand_of(&facts), demand_of(&other), "{facts:?}");
    }
}

#[test]
fn only_the_public_is_open_to_anyone() {
    for facts in every_combination() {
        let Ok(demand) = demand_of(&facts) else {
            continue;
        };
        let is_public = facts.caller == Caller::Anyone && facts.data == DataClass::Public;
        assert_eq!(demand.accepts.is_empty(), is_public, "{facts:?}");
        assert_eq!(demand.limit_per_address, is_public, "{facts:?}");
    }
}

#[test]
fn what_cannot_be_undone_has_the_shortest_clock() {
    for facts in every_combination() {
        let Ok(demand) = demand_of(&facts) else {
            continue;
        };
        let is_final = facts.consequence == Consequence::Irreversible;
        assert_eq!(demand.live_check_beyond_age, is_final, "{facts:?}");
        assert_eq!(demand.max_token_age.as_secs() == 45, is_final, "{facts:?}");
        assert_eq!(
            demand.when_lagging == WhenLagging::LiveCheckElseDeny,
            is_final
        );
        let changes = facts.consequence >= Consequence::Write;
        assert_eq!(demand.record == Record::Every, changes, "{facts:?}");
        assert_eq!(
            demand.max_token_age,
            facts.consequence.class().max_token_age
        );
        assert_eq!(demand.max_feed_lag, facts.consequence.class().max_feed_lag);
    }
}

#[test]
fn neither_basic_nor_an_open_window_is_ever_a_default() {
    for facts in every_combination() {
        let Ok(demand) = demand_of(&facts) else {
            continue;
        };
        assert!(!demand.accepts.contains(&CredentialKind::Basic));
        assert_eq!(demand.raw_api_key_until, None);
        assert_eq!(demand.basic_until, None);
        assert!(demand.accepts.is_sorted());
    }
}

/// A key may be exchanged for a token where a partner or a service acts on its
/// own authority, but a service only for what a raw key would reach too.
#[test]
fn an_exchanged_key_is_for_partners_and_for_services_with_little_at_stake() {
    for facts in every_combination() {
        let Ok(demand) = demand_of(&facts) else {
            continue;
        };
        let is_own = facts.authority == Authority::Own;
        let is_partner = facts.caller == Caller::Partner;
        let is_light = facts.caller == Caller::Service && demand.accepts.contains(&ApiKey);
        assert_eq!(
            demand.exchanged_api_key,
            is_own && (is_partner || is_light),
            "{facts:?}"
        );
        // Nothing that takes only people's or browsers' credentials takes it.
        assert!(!demand.exchanged_api_key || demand.accepts.contains(&ClientCredentials));
    }
}

#[test]
fn the_same_facts_give_the_same_answer_byte_for_byte() {
    for facts in every_combination() {
        let twice = [0, 1].map(|_| serde_json::to_string(&demand_of(&facts).ok()).unwrap());
        assert_eq!(twice[0], twice[1]);
    }
}

// Article 003, 'The Decision'.
#[test]
fn server_to_server_takes_a_key_and_delegation_takes_oauth() {
    use Authority::{Delegated, Own};
    use Consequence::Read;
    let server = facts(Caller::Service, Own, DataClass::Own, Read);
    assert!(accepted(&server).contains(&ApiKey));
    // Stateless tokens for known callers of a distributed API.
    assert!(accepted(&server).contains(&ClientCredentials));
    for caller in [Caller::Partner, Caller::Browser, Caller::Mobile] {
        let delegated = facts(caller, Delegated, DataClass::User, Read);
        assert!(accepted(&delegated).contains(&AuthorizationCode));
    }
}

// Article 002, 'Decision Framework: Which Method Should You Use?'.
#[test]
fn the_decision_tree_has_its_four_branches() {
    use Authority::{Delegated, Own};
    use Consequence::{Read, Sensitive};
    // A user is involved: code with PKCE, in the web, on a phone, at a desk.
    let web = facts(Caller::Browser, Delegated, DataClass::User, Read);
    assert_eq!(accepted(&web), [AuthorizationCode, Session]);
    let phone = facts(Caller::Mobile, Delegated, DataClass::User, Read);
    assert_eq!(accepted(&phone), [AuthorizationCode]);
    // Machines only: a key where it is simple, client credentials otherwise.
    let simple = facts(Caller::Service, Own, DataClass::Own, Read);
    assert_eq!(accepted(&simple), [ApiKey, ClientCredentials]);
    let grave = facts(Caller::Service, Own, DataClass::Own, Sensitive);
    assert_eq!(accepted(&grave), [ClientCredentials]);
    // A public API for third parties: OAuth, whoever's authority is used.
    let partner = facts(Caller::Partner, Own, DataClass::Own, Read);
    assert_eq!(accepted(&partner), [ClientCredentials]);
    let on_behalf = facts(Caller::Partner, Delegated, DataClass::User, Read);
    assert_eq!(accepted(&on_behalf), [AuthorizationCode]);
    // Stateless microservices: every one of these is verified at the gate.
    for kinds in [accepted(&grave), accepted(&partner), accepted(&on_behalf)] {
        assert!(!kinds.contains(&ApiKey));
    }
}

// Article 004, 'Step 1: match the method to the caller type'.
#[test]
fn the_method_matches_the_caller() {
    use Authority::Own;
    for caller in [Caller::Browser, Caller::Mobile] {
        let user = facts(caller, Own, DataClass::Own, Consequence::Write);
        assert!(accepted(&user).contains(&AuthorizationCode));
        assert!(demand_of(&user).unwrap().max_token_age.as_secs() <= 15 * 60);
    }
    let partner = facts(Caller::Partner, Own, DataClass::Own, Consequence::Write);
    assert_eq!(accepted(&partner), [ClientCredentials]);
    let internal = facts(Caller::Service, Own, DataClass::Own, Consequence::Write);
    assert!(accepted(&internal).contains(&ApiKey));
    let bigger = facts(Caller::Service, Own, DataClass::Admin, Consequence::Write);
    assert_eq!(accepted(&bigger), [ClientCredentials]);
}

// Article 002: a job that pulls the weather, and a bank's transactions.
#[test]
fn trust_is_matched_to_risk() {
    let weather = demand_of(&facts(
        Caller::Service,
        Authority::Own,
        DataClass::Own,
        Consequence::Read,
    ))
    .unwrap();
    let bank = demand_of(&facts(
        Caller::Mobile,
        Authority::Delegated,
        DataClass::Money,
        Consequence::Irreversible,
    ))
    .unwrap();
    assert_eq!(weather.accepts[0], ApiKey);
    assert_eq!(bank.accepts, [AuthorizationCode]);
    assert!(bank.max_token_age < weather.max_token_age);
    assert!(bank.max_feed_lag < weather.max_feed_lag);
    assert!(bank.record > weather.record);
}

// Feature F007: advice changes when only the authority changes.
#[test]
fn the_authority_alone_changes_the_credential() {
    let own = facts(
        Caller::Service,
        Authority::Own,
        DataClass::Own,
        Consequence::Read,
    );
    let mut delegated = own;
    delegated.authority = Authority::Delegated;
    assert_eq!(accepted(&own), [ApiKey, ClientCredentials]);
    assert_eq!(accepted(&delegated), [AuthorizationCode]);
}
