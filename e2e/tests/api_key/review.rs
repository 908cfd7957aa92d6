//! A key that waits for a review is in the queue; one that nobody reviewed is
//! refused by the clock alone, and a review brings it back (F171).

use std::path::Path;
use std::time::Duration;

use authority::api_key::ApiKey;
use authority::{Effect, Writes};
use e2e::weather::{Weather, text};
use serde_json::json;
use snapshot::Change;
use store::{Read as _, Store as _};
use store_sqlite::{Options, SqliteStore};

/// As if nobody had looked at the key for so many days, and its secret were of
/// today.
fn unseen_for(store: &Path, id: &str, days: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let store = SqliteStore::open(store, &Options::default()).unwrap();
        let read = store.api_key(id).await.unwrap().unwrap();
        let made_at = read.created_at;
        let looked_at = made_at.before(Duration::from_secs(days * 86_400));
        let record = ApiKey {
            version: read.version + 1,
            created_at: looked_at,
            secret_created_at: Some(made_at),
            review: Some(read.rotation_policy.review_after(looked_at)),
            ..read.clone()
        };
        let writes = Writes {
            changes: vec![Change::ApiKeyPut(Box::new(record.entry()))],
            effects: vec![Effect::ReplaceApiKey {
                from: read.version,
                record: Box::new(record),
            }],
            audit: Vec::new(),
        };
        store.commit(writes).await.unwrap();
    });
}

#[test]
fn a_key_waits_for_its_review_lapses_and_is_brought_back() {
    let mut weather = Weather::start();
    let (fresh, due, lapsed) = (
        weather.key("team-weather"),
        weather.key("team-weather"),
        weather.key("team-climate"),
    );
    let none = weather.told(&["key", "review-queue"]);
    assert!(none.contains("No API key waits"), "{none}");
    weather.stop();
    let store = weather.installation.store();
    unseen_for(&store, &due.id, 80);
    unseen_for(&store, &lapsed.id, 91);
    weather.start_again();

    let refused = "api_key_suspended";
    assert_eq!(weather.ask(&fresh.secret), 200);
    assert_eq!(
        weather.ask(&due.secret),
        200,
        "it is warned of, not refused"
    );
    assert_eq!(weather.refusal(&lapsed.secret), refused);

    // The most urgent first, and a finding for whoever runs it each morning.
    let queue = weather.json_with(&["key", "review-queue"], 2);
    assert_eq!(queue["total"], 2);
    let items = queue["items"].as_array().unwrap();
    let told: Vec<_> = items
        .iter()
        .map(|item| (text(item, "id"), text(item, "status")))
        .collect();
    let expected = [
        (lapsed.id.clone(), "suspended".to_owned()),
        (due.id.clone(), "review_due".to_owned()),
    ];
    assert_eq!(told, expected);
    let warned = weather.told(&["key", "show", &due.id]);
    assert!(
        warned.contains("review it, or it is suspended at"),
        "{warned}"
    );
    let shown = weather.told(&["key", "show", &lapsed.id]);
    assert!(shown.contains("nobody has reviewed it in time"), "{shown}");

    // To resume it is not to look at it.
    let refusal = weather.refused(&["key", "resume", &lapsed.id]);
    assert!(refusal.contains("doorward key review"), "{refusal}");
    assert_eq!(weather.refusal(&lapsed.secret), refused);
    let nothing = weather.refused(&["key", "review", &lapsed.id]);
    assert!(nothing.contains("--note"), "{nothing}");

    for key in [&due, &lapsed] {
        let note = [
            "key",
            "review",
            &key.id,
            "--note",
            "still needed, read only",
        ];
        weather.told(&note);
        assert_eq!(weather.ask(&key.secret), 200);
        let shown = weather.json(&["key", "show", &key.id]);
        assert_eq!(shown["status"], "active");
        assert_eq!(shown["review"]["last_note"], "still needed, read only");
        let by = text(&shown["review"], "last_by");
        let why = weather.told(&["key", "why", &key.id]);
        assert!(why.contains("(active)"), "{why}");
        let events = weather.events(&key.id);
        let reviewed: Vec<_> = events
            .iter()
            .filter(|event| event["action"] == "api_key_reviewed")
            .collect();
        assert_eq!(reviewed.len(), 1);
        assert_eq!(reviewed[0]["detail"], "still needed, read only");
        assert!(
            reviewed[0]["actor"].to_string().contains(&by),
            "{reviewed:?}"
        );
    }
    assert_eq!(weather.json(&["key", "review-queue"])["items"], json!([]));
    // A suspension by an operator is no review that lapsed: a review leaves it.
    weather.told(&["key", "suspend", &due.id, "--reason", "odd use"]);
    weather.told(&["key", "review", &due.id, "--note", "looked again"]);
    assert_eq!(weather.refusal(&due.secret), refused);
}
