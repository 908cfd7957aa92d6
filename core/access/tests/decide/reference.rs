//! An independent, slow model of the decision, compared with the real one over
//! random inventories, credentials and requests.
//!
//! The model never reads a header, a token or a path by the rules of the
//! crate: it knows what the case was made of, and says what must come out.

use access::Decision;
use base::Lifetime;
use proptest::prelude::*;
use serde_json::{Value, json};
use snapshot::{Change, Cutoff, CutoffTarget};

use crate::house::{House, at, endpoint, header_map, inventory, name};
use crate::on_behalf_of;

/// A segment of a pattern: a literal or a param.
type Pattern = Vec<Option<&'static str>>;

#[derive(Debug, Clone)]
struct Listed {
    method: &'static str,
    pattern: Pattern,
    accepts: Vec<&'static str>,
    scope: bool,
    owner: bool,
    max_age: u64,
    live: bool,
    max_lag: u64,
    every: bool,
    closes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Nothing,
    Basic,
    Junk,
    Key {
        fault: KeyFault,
        scope: bool,
        audience: bool,
    },
    Token {
        fault: TokenFault,
        scope: bool,
        audience: bool,
        user: bool,
        age: u64,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyFault {
    None,
    Unknown,
    Revoked,
    Expired,
    Environment,
    Suspended,
    Network,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TokenFault {
    None,
    Forged,
    Expired,
    Issuer,
    Denied,
    CutOff,
    ClientRevoked,
}

/// What is said about on whose behalf the call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    Good,
    Forged,
    Unregistered,
}

#[derive(Debug, Clone)]
struct Case {
    listed: Vec<Listed>,
    method: &'static str,
    segments: Vec<&'static str>,
    held: Held,
    said: Said,
    twice: bool,
    in_query: bool,
    browser: bool,
    secure: bool,
    lag: u64,
}

/// What must come out: the status and the reason, or the endpoint's place in
/// the list with what is claimed.
type Outcome = Result<(usize, bool, bool), (u16, &'static str)>;

const USER: &str = "a";

fn overlaps(one: &Pattern, two: &Pattern) -> bool {
    one.len() == two.len()
        && one.iter().zip(two).all(|pair| match pair {
            (Some(one), Some(two)) => one == two,
            _ => true,
        })
}

fn narrower(one: &Pattern, two: &Pattern) -> bool {
    one != two
        && one
            .iter()
            .zip(two)
            .all(|pair| !matches!(pair, (None, Some(_))))
}

/// What the inventory refuses never reaches a gate: matches that overlap with
/// neither being narrower.
fn without_ambiguity(listed: Vec<Listed>) -> Vec<Listed> {
    let mut kept: Vec<Listed> = Vec::new();
    for next in listed {
        let clashes = |held: &Listed| {
            held.method == next.method
                && overlaps(&held.pattern, &next.pattern)
                && !narrower(&held.pattern, &next.pattern)
                && !narrower(&next.pattern, &held.pattern)
        };
        if !kept.iter().any(clashes) {
            kept.push(next);
        }
    }
    kept
}

/// The endpoint by brute force; `Err` if a param took what is nearly a literal.
fn route(case: &Case) -> Result<usize, (u16, &'static str)> {
    let method = if case.method == "HEAD" {
        "GET"
    } else {
        case.method
    };
    let fits = |listed: &Listed| {
        let path: Pattern = case.segments.iter().map(|text| Some(*text)).collect();
        listed.method == method && overlaps(&listed.pattern, &path)
    };
    let found: Vec<usize> = (0..case.listed.len())
        .filter(|&at| fits(&case.listed[at]))
        .collect();
    let narrowest = found.iter().copied().find(|&at| {
        found.iter().all(|&other| {
            other == at || narrower(&case.listed[at].pattern, &case.listed[other].pattern)
        })
    });
    let at = narrowest.ok_or((404, "endpoint_unlisted"))?;
    let pattern = &case.listed[at].pattern;
    for (place, text) in case.segments.iter().enumerate() {
        if pattern[place].is_some() {
            continue;
        }
        let siblings: Vec<&str> = case
            .listed
            .iter()
            .filter(|other| {
                other.method == method
                    && other.pattern.len() > place
                    && other.pattern[..place] == pattern[..place]
            })
            .filter_map(|other| other.pattern[place])
            .collect();
        let stem = text.split('.').next().unwrap().to_lowercase();
        if !siblings.contains(text) && siblings.iter().any(|sibling| *sibling == stem) {
            return Err((400, "ambiguous_target"));
        }
    }
    Ok(at)
}

fn expected(case: &Case) -> Outcome {
    let carries = case.held != Held::Nothing || case.in_query;
    if carries && !case.secure {
        return Err((403, "insecure_transport"));
    }
    if case.in_query {
        return Err((400, "credential_in_query"));
    }
    if case.segments.iter().any(|text| text.contains('%')) {
        return Err((400, "ambiguous_target"));
    }
    let place = route(case)?;
    let listed = &case.listed[place];
    if listed.closes {
        return Err((403, "endpoint_closed"));
    }
    if case.twice && case.held != Held::Nothing {
        return Err((400, "several_credentials"));
    }
    if case.browser && matches!(case.held, Held::Key { .. }) {
        return Err((403, "api_key_from_browser"));
    }
    let said_wrongly = |kind: &str| match case.said {
        Said::Nothing => false,
        Said::Good => kind != "api_key",
        Said::Forged | Said::Unregistered => true,
    };
    if listed.accepts.is_empty() {
        if said_wrongly("anonymous") {
            return Err((401, "on_behalf_of_invalid"));
        }
        return Ok((place, false, listed.every));
    }
    let (kind, audience, scope, subject, age) = genuine(case.held)?;
    if said_wrongly(kind) {
        return Err((401, "on_behalf_of_invalid"));
    }
    if !listed.accepts.contains(&kind) {
        return Err((401, "credential_kind_not_accepted"));
    }
    if !audience {
        return Err((
            401,
            if kind == "api_key" {
                "api_key_audience"
            } else {
                "token_audience"
            },
        ));
    }
    let mut live = false;
    if case.lag > listed.max_lag {
        live = listed.live;
        if !live {
            return Err((503, "feed_stale"));
        }
    }
    if kind != "api_key" && age > listed.max_age {
        live |= listed.live;
        if !listed.live {
            return Err((401, "token_too_old"));
        }
    }
    if listed.scope && !scope {
        return Err((403, "insufficient_scope"));
    }
    if listed.owner {
        let owned = listed.pattern.iter().position(Option::is_none).unwrap();
        if subject != Some(case.segments[owned]) {
            return Err((403, "not_owner"));
        }
    }
    Ok((place, live, listed.every))
}

type Good = (&'static str, bool, bool, Option<&'static str>, u64);

/// Kind, audience, scope, subject and age of a credential that counts.
fn genuine(held: Held) -> Result<Good, (u16, &'static str)> {
    match held {
        Held::Nothing => Err((401, "credential_missing")),
        Held::Basic => Err((401, "credential_kind_not_accepted")),
        Held::Junk => Err((401, "token_malformed")),
        Held::Key {
            fault: KeyFault::None,
            scope,
            audience,
        } => Ok(("api_key", audience, scope, None, 0)),
        Held::Key { .. } => Err((401, "api_key_invalid")),
        Held::Token {
            fault,
            scope,
            audience,
            user,
            age,
        } => match fault {
            TokenFault::None if user => {
                Ok(("authorization_code", audience, scope, Some(USER), age))
            }
            TokenFault::None => Ok((
                "client_credentials",
                audience,
                scope,
                Some("the client"),
                age,
            )),
            TokenFault::Forged => Err((401, "token_signature")),
            TokenFault::Expired => Err((401, "token_expired")),
            TokenFault::Issuer => Err((401, "token_issuer")),
            TokenFault::Denied | TokenFault::CutOff => Err((401, "token_revoked")),
            TokenFault::ClientRevoked => Err((401, "client_revoked")),
        },
    }
}

fn listed() -> impl Strategy<Value = Listed> {
    let segment = prop::sample::select(vec![Some("a"), Some("b"), None]);
    let kinds = vec!["api_key", "client_credentials", "authorization_code"];
    (
        (
            prop::sample::select(vec!["GET", "POST"]),
            prop::collection::vec(segment, 1..4),
            prop::sample::subsequence(kinds, 0..=3),
            any::<bool>(),
            prop::bool::weighted(0.2),
        ),
        (
            prop::sample::select(vec![45, 300]),
            any::<bool>(),
            prop::sample::select(vec![1, 60]),
            any::<bool>(),
            prop::bool::weighted(0.05),
        ),
    )
        .prop_map(
            |(
                (method, pattern, accepts, scope, owner),
                (max_age, live, max_lag, every, closes),
            )| Listed {
                owner: owner && pattern.contains(&None) && !accepts.is_empty(),
                scope: scope && !accepts.is_empty(),
                method,
                pattern,
                accepts,
                max_age,
                live,
                max_lag,
                every,
                closes,
            },
        )
}

fn held() -> impl Strategy<Value = Held> {
    use KeyFault as K;
    use TokenFault as T;
    let often = || prop::bool::weighted(0.8);
    let key_fault = prop_oneof![
        5 => Just(K::None),
        2 => prop::sample::select(vec![
            K::Unknown,
            K::Revoked,
            K::Expired,
            K::Environment,
            K::Suspended,
            K::Network,
        ]),
    ];
    let faults = vec![
        T::Forged,
        T::Expired,
        T::Issuer,
        T::Denied,
        T::CutOff,
        T::ClientRevoked,
    ];
    let token_fault = prop_oneof![5 => Just(T::None), 2 => prop::sample::select(faults)];
    let age = prop::sample::select(vec![0_u64, 45, 46, 300, 301]);
    prop_oneof![
        1 => Just(Held::Nothing),
        1 => prop::sample::select(vec![Held::Basic, Held::Junk]),
        4 => (key_fault, often(), often()).prop_map(|(fault, scope, audience)| Held::Key { fault, scope, audience }),
        6 => (token_fault, often(), often(), any::<bool>(), age).prop_map(|(fault, scope, audience, user, age)| {
            Held::Token { fault, scope, audience, user, age }
        }),
    ]
}

fn case() -> impl Strategy<Value = Case> {
    let rarely = || prop::bool::weighted(0.05);
    let text = prop::sample::select(vec!["a", "b", "c", "a", "b", "A", "a.json", "%61", "ab"]);
    let said = prop_oneof![
        12 => Just(Said::Nothing),
        1 => Just(Said::Good),
        1 => prop::sample::select(vec![Said::Forged, Said::Unregistered]),
    ];
    (
        prop::collection::vec(listed(), 1..10).prop_map(without_ambiguity),
        prop::sample::select(vec!["GET", "GET", "HEAD", "POST", "DELETE"]),
        prop::collection::vec(text, 1..4),
        (held(), said),
        (rarely(), rarely(), rarely(), rarely()),
        prop::sample::select(vec![0_u64, 1, 2, 60, 61]),
        any::<prop::sample::Index>(),
        prop::bool::weighted(0.8),
    )
        .prop_map(
            |(
                listed,
                method,
                segments,
                (held, said),
                (twice, in_query, browser, plain),
                lag,
                pick,
                aimed,
            )| {
                let mut case = Case {
                    listed,
                    method,
                    segments,
                    held,
                    said,
                    twice,
                    in_query,
                    browser,
                    secure: !plain,
                    lag,
                };
                // Most requests aim at a listed endpoint, or nothing but 404 would be compared.
                if aimed {
                    let target = pick.get(&case.listed).clone();
                    let given = case.segments.clone();
                    let fill = |(at, part): (usize, &Option<&'static str>)| {
                        part.unwrap_or(given[at % given.len()])
                    };
                    case.segments = target.pattern.iter().enumerate().map(fill).collect();
                    case.method = target.method;
                }
                case
            },
        )
}

fn document(listed: &Listed, id: usize) -> Value {
    let param = |at: usize| format!("p{at}");
    let path: String = listed
        .pattern
        .iter()
        .enumerate()
        .map(|(at, part)| {
            part.map_or_else(|| format!("/{{{}}}", param(at)), |text| format!("/{text}"))
        })
        .collect();
    let owner = listed
        .pattern
        .iter()
        .position(Option::is_none)
        .filter(|_| listed.owner)
        .map(param);
    let exceptions = if listed.closes {
        json!([{ "rule": "partner", "loosens": "x", "reason": "x", "owner": "team", "until": at(-1), "closes_endpoint": true }])
    } else {
        json!([])
    };
    let demand = json!({
        "scopes": if listed.scope { json!(["read:a"]) } else { json!([]) },
        "owner_param": owner,
        "max_token_age": format!("{}s", listed.max_age),
        "max_feed_lag": format!("{}s", listed.max_lag),
        "when_lagging": if listed.live { "live_check_else_deny" } else { "deny" },
        "live_check_beyond_age": listed.live,
        "record": if listed.every { "every" } else { "denials" },
        "exceptions": exceptions,
    });
    endpoint(
        &format!("e{id}"),
        &format!("{} {path}", listed.method),
        &listed.accepts,
        demand,
    )
}

/// The text of the credential, after the world was made as the case says.
fn present(house: &mut House, held: Held, said: Said) -> Option<String> {
    let scopes = |scope: bool| if scope { "read:a read:b" } else { "read:aa" };
    let other = "https://api.example.com/other";
    Some(match held {
        Held::Nothing => return None,
        Held::Basic => "Basic YTpi".to_owned(),
        Held::Junk => "Bearer junk".to_owned(),
        Held::Key {
            fault,
            scope,
            audience,
        } => {
            let key = house.api_key(scopes(scope), |entry| {
                if !audience {
                    entry.audience = other.parse().unwrap();
                }
                match fault {
                    KeyFault::Revoked => entry.revoked_at = Some(at(0)),
                    KeyFault::Expired => entry.expires_at = at(0),
                    KeyFault::Environment => entry.environment = name("staging-eu"),
                    KeyFault::Suspended => entry.suspended_at = Some(at(0)),
                    KeyFault::Network => entry.networks = vec!["192.0.3.0/24".parse().unwrap()],
                    KeyFault::Unknown => entry.digest = base::Digest::new([0; 32]),
                    // The caller's own network is no fault.
                    KeyFault::None => entry.networks = vec!["192.0.2.0/28".parse().unwrap()],
                }
                if said != Said::Unregistered {
                    entry.on_behalf_of_key = Some(on_behalf_of::registered());
                }
            });
            format!("ApiKey {key}")
        }
        Held::Token {
            fault,
            scope,
            audience,
            user,
            age,
        } => {
            let issued = at(-i64::try_from(age).unwrap());
            let mut claims = house.claims(scopes(scope));
            (claims.issued_at, claims.not_before) = (issued, issued);
            if !audience {
                claims.audience = jose::Audience::only(other.parse().unwrap());
            }
            if user {
                claims.subject = USER.parse().unwrap();
            }
            match fault {
                TokenFault::Expired => {
                    (claims.issued_at, claims.not_before, claims.expires_at) =
                        (at(-600), at(-600), at(-300));
                }
                TokenFault::Issuer => claims.issuer = "https://login.example.org".parse().unwrap(),
                TokenFault::Denied => house.fold(Change::TokenDenied {
                    jti: "t1".to_owned(),
                    expires_at: at(600),
                }),
                TokenFault::CutOff => house.fold(Change::CutOff(Cutoff {
                    target: CutoffTarget::Client(house.client.clone()),
                    not_before: at(1),
                    expires_at: at(600),
                })),
                TokenFault::ClientRevoked => {
                    house.edit_client(|entry| entry.revoked_at = Some(at(0)))
                }
                TokenFault::Forged | TokenFault::None => {}
            }
            let mut token = house.sign(&claims);
            if fault == TokenFault::Forged {
                token = forge(&token);
            }
            format!("Bearer {token}")
        }
    })
}

/// Changes one character in the middle of the signature.
fn forge(token: &str) -> String {
    let at = token.rfind('.').unwrap() + 20;
    let other = if &token[at..=at] == "A" { "B" } else { "A" };
    format!("{}{other}{}", &token[..at], &token[at + 1..])
}

fn found(case: &Case) -> Outcome {
    let documents: Vec<Value> = case
        .listed
        .iter()
        .enumerate()
        .map(|(id, listed)| document(listed, id))
        .collect();
    let mut house = House::with(inventory(&documents));
    house.secure = case.secure;
    house.lag = Lifetime::from_secs(case.lag);
    let text = present(&mut house, case.held, case.said);
    let mut headers: Vec<(&str, &str)> = Vec::new();
    for _ in 0..=usize::from(case.twice) {
        headers.extend(text.as_deref().map(|text| ("authorization", text)));
    }
    let statement = (case.said != Said::Nothing).then(|| {
        // Of a key that is not there it is the statement of nobody.
        let key = text
            .as_deref()
            .and_then(|text| text.strip_prefix("ApiKey "));
        let statement =
            on_behalf_of::statement(house.now, key.unwrap_or("dw_live_k0123456789abcde"));
        match case.said {
            Said::Forged => forge(&statement),
            _ => statement,
        }
    });
    headers.extend(
        statement
            .as_deref()
            .map(|said| ("doorward-on-behalf-of", said)),
    );
    if case.browser {
        headers.push(("origin", "https://app.example.com"));
    }
    let query = if case.in_query {
        "?access_token=x"
    } else {
        "?page=2"
    };
    let line = format!("{} /{}{query}", case.method, case.segments.join("/"));
    match house.decide_in(&house.view(), &line, &header_map(&headers)) {
        Decision::Denial(denial) => Err((denial.status().as_u16(), denial.reason().as_str())),
        Decision::Conditional(conditional) => {
            let claims = conditional.claims();
            let id = conditional.endpoint().id.as_str()[1..].parse().unwrap();
            Ok((id, claims.live_check, claims.durable_record))
        }
    }
}

/// `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let config = ProptestConfig::default();
    ProptestConfig {
        cases: config.cases.max(4000),
        ..config
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_decision_is_that_of_the_reference_model(case in case()) {
        prop_assert_eq!(found(&case), expected(&case));
    }
}

#[test]
fn the_generator_reaches_permits_and_every_denial_of_the_model() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..20_000 {
        let case = case().new_tree(&mut runner).unwrap().current();
        reached.insert(match expected(&case) {
            Ok((_, live, _)) => {
                if live {
                    "live check"
                } else {
                    "permit"
                }
            }
            Err((_, reason)) => reason,
        });
    }
    let all = [
        "ambiguous_target",
        "api_key_audience",
        "api_key_from_browser",
        "api_key_invalid",
        "client_revoked",
        "credential_in_query",
        "credential_kind_not_accepted",
        "credential_missing",
        "endpoint_closed",
        "endpoint_unlisted",
        "feed_stale",
        "insecure_transport",
        "insufficient_scope",
        "live check",
        "not_owner",
        "on_behalf_of_invalid",
        "permit",
        "several_credentials",
        "token_audience",
        "token_expired",
        "token_issuer",
        "token_malformed",
        "token_revoked",
        "token_signature",
        "token_too_old",
    ];
    assert_eq!(reached.into_iter().collect::<Vec<_>>(), all);
}
