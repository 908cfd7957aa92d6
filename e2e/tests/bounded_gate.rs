//! A gate that holds fewer API keys than there are (decision record 0017): what
//! is beyond its bound works, ends and is unknown like what it holds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    missing_docs,
    reason = "a test may fail loudly"
)]

use base::SeededEntropy;
use credential::{DigestKey, EnvironmentClass, MintedApiKey};
use e2e::standalone::{ControlPlane, StandaloneGate, until};
use e2e::weather::{ApiKey, Weather, ask, ask_for};

/// None of the keys, and fewer than there are.
const BOUNDS: [u32; 2] = [0, 2];

struct House {
    weather: Weather,
    gate: StandaloneGate,
    keys: Vec<ApiKey>,
}

impl House {
    fn holding(bound: u32) -> Self {
        let weather = Weather::start();
        let keys: Vec<ApiKey> = (0..5).map(|_| weather.key("team-weather")).collect();
        let plane = ControlPlane {
            admin: &weather.served.admin,
            operator_token: &weather.installation.operator_token,
            digest_key: weather.installation.home().join("secrets/digest.key"),
        };
        let gate = StandaloneGate::start(&plane, &format!("api_keys_in_memory = {bound}"));
        let house = Self {
            weather,
            gate,
            keys,
        };
        house.until_ready();
        house
    }

    /// It denies everything until its first snapshot; then what is wrong is wrong.
    fn until_ready(&self) {
        let ready = || {
            let answer = e2e::http()
                .get(format!("{}/v1/forecast", self.gate.url))
                .send();
            answer.map_or(0, |answer| answer.status().as_u16())
        };
        until(ready, |status| *status == 401);
    }

    fn status(&self, secret: &str) -> u16 {
        ask(&self.gate.url, secret).0
    }

    fn refusal(&self, secret: &str) -> String {
        self.weather.refusal_at(&self.gate.url, secret)
    }

    /// Asks until the feed has brought what happened; then it stays so.
    fn until(&self, secret: &str, status: u16) {
        until(|| self.status(secret), |found| *found == status);
        for _ in 0..8 {
            assert_eq!(self.status(secret), status, "it comes and goes");
        }
    }

    /// The text of a key that nobody made, with a right checksum.
    fn made_up(&self, seed: u64) -> String {
        let class = match self.keys[0].secret.starts_with("dw_live_") {
            true => EnvironmentClass::Production,
            false => EnvironmentClass::Sandbox,
        };
        let entropy = &mut SeededEntropy::new(seed);
        let minted = MintedApiKey::mint(class, &DigestKey::new([7; 32]), entropy);
        minted.secret.expose().to_owned()
    }

    fn key_act(&self, act: &str, key: &ApiKey, more: &[&str]) {
        self.weather.told(&[&["key", act, &key.id], more].concat());
    }
}

#[test]
fn every_key_works_at_once_and_what_is_learned_is_kept() {
    for bound in BOUNDS {
        let house = House::holding(bound);
        let (first, rest) = house.keys.split_first().unwrap();
        let unknown = house.made_up(1);
        for key in rest {
            assert_eq!(house.status(&key.secret), 200, "{bound}: the first request");
        }
        assert_eq!(house.refusal(&unknown), "api_key_unknown", "{bound}");
        // Nobody can be asked any more: both answers are remembered, and a key
        // that nobody has used yet is one that the gate holds, or is refused.
        house.weather.served.process.signal("STOP");
        let learned: Vec<u16> = rest.iter().map(|key| house.status(&key.secret)).collect();
        let (stranger, id_of_stranger) = ask(&house.gate.url, &unknown);
        let (newcomer, id_of_newcomer) = ask(&house.gate.url, &house.made_up(2));
        let held = house.status(&first.secret);
        house.weather.served.process.signal("CONT");
        assert_eq!(learned, [200; 4], "{bound}");
        assert_eq!((stranger, newcomer), (401, 401), "{bound}");
        match bound {
            0 => assert_eq!(held, 401),
            _ => assert!([200, 401].contains(&held), "{held}"),
        }
        let rule = |request: &str| {
            let told = || house.weather.served.doorward(&["trace", request, "--json"]);
            let output = until(told, |output| output.status.success());
            let trace: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            trace["entries"][0]["record"]["rule"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(
            rule(&id_of_stranger),
            "api_key_unknown",
            "{bound}: remembered"
        );
        assert_eq!(rule(&id_of_newcomer), "api_key_not_loaded", "{bound}");
        house.until(&first.secret, 200);
    }
}

#[test]
fn what_is_done_to_a_key_reaches_it_whether_or_not_it_was_learned() {
    for bound in BOUNDS {
        let mut house = House::holding(bound);
        let keys = house.keys.clone();
        for key in &keys[..3] {
            assert_eq!(house.status(&key.secret), 200);
        }
        for _ in 0..2 {
            for key in &keys[..3] {
                house.key_act("suspend", key, &["--reason=odd use"]);
                house.until(&key.secret, 401);
                assert_eq!(house.refusal(&key.secret), "api_key_suspended");
            }
            for key in &keys[..3] {
                house.key_act("resume", key, &[]);
                house.until(&key.secret, 200);
            }
        }
        for key in &keys[..2] {
            house.key_act("revoke", key, &["--reason=leaked"]);
            house.until(&key.secret, 401);
            assert_eq!(house.refusal(&key.secret), "api_key_revoked");
        }
        // Those that it never saw before.
        house.key_act("revoke", &keys[3], &["--reason=leaked"]);
        house.key_act("suspend", &keys[4], &["--reason=odd use"]);
        house.until(&keys[3].secret, 401);
        house.until(&keys[4].secret, 401);
        house.key_act("resume", &keys[4], &[]);
        house.until(&keys[4].secret, 200);
        // Both secrets of a rotation, and an owner who is gone.
        let rotated = house.weather.json(&["key", "rotate", &keys[4].id]);
        let newer = rotated["secret"].as_str().unwrap();
        house.until(newer, 200);
        assert_eq!(house.status(&keys[4].secret), 200);
        house.key_act("cut-over", &keys[4], &[]);
        house.until(&keys[4].secret, 401);
        assert_eq!(house.status(newer), 200);
        let owner = ["owner", "disable", "team-weather", "--reason=left"];
        house.weather.told(&owner);
        house.until(&keys[2].secret, 401);
        assert_eq!(house.refusal(&keys[2].secret), "api_key_owner_disabled");
        house.weather.told(&["owner", "enable", "team-weather"]);
        house.until(&keys[2].secret, 200);
        // With nothing in its memory it comes to the same.
        house.gate.start_again();
        house.until_ready();
        let rules: Vec<String> = keys[..2]
            .iter()
            .map(|key| house.refusal(&key.secret))
            .collect();
        // Of what is revoked it holds nothing, and the answer says so.
        assert_eq!(rules, ["api_key_revoked"; 2], "{bound}");
        assert_eq!(house.refusal(&keys[3].secret), "api_key_revoked");
        assert_eq!(
            (house.status(&keys[2].secret), house.status(newer)),
            (200, 200)
        );
    }
}

/// Section 2 of the faults: what needs a fresh feed is denied once that is too
/// old, and goes on when it is back.
#[test]
fn without_its_control_plane_it_denies_when_the_feed_is_too_old() {
    for bound in BOUNDS {
        let mut house = House::holding(bound);
        let keys = house.keys.clone();
        let alarm = format!("{}/v1/alarm", house.gate.url);
        let asked = |key: &ApiKey| ask_for(&alarm, &key.secret).0;
        for key in &keys[..4] {
            assert_eq!(asked(key), 200);
        }
        house.weather.served.process.signal("KILL");
        house.weather.served.process.ended();
        // Ends meanwhile are not known here; that is why the age of the feed counts.
        until(|| asked(&keys[0]), |status| *status == 503);
        for key in &keys[..4] {
            assert_eq!(asked(key), 503, "{bound}");
        }
        let before = house.weather.served.admin.clone();
        let at = before.strip_prefix("http://").unwrap();
        let config = std::fs::read_to_string(&house.weather.installation.config).unwrap();
        let (head, admin) = config.split_once("[admin]").unwrap();
        let admin = admin.replacen("127.0.0.1:0", at, 1);
        let config = format!("{head}[admin]{admin}");
        std::fs::write(&house.weather.installation.config, config).unwrap();
        house.weather.start_again();
        assert_eq!(house.weather.served.admin, before);
        until(|| asked(&keys[0]), |status| *status == 200);
        for key in &keys {
            assert_eq!(asked(key), 200, "{bound}");
        }
    }
}
