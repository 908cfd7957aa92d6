//! Project Wycheproof's JWE vectors: the private key of each group as it
//! stands, and everything that is implemented on the list.

use jose::encryption::*;
use serde_json::Value;

const FILE: &str = include_str!("../vectors/wycheproof/json_web_encryption_test.json");

/// The tests that the file calls valid and that we refuse, with the reason.
const REFUSED: &[(&str, &[u64])] = &[
    (
        "the key management is not offered: RSA1_5, RSA-OAEP with SHA-1, dir, the symmetric key \
         wraps, and agreements that wrap with less than 256 bits",
        &[
            1, 23, 28, 29, 30, 31, 32, 33, 34, 35, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 69, 70,
            71, 72, 73, 74, 75, 82, 83, 84, 85, 86, 87, 100, 101, 102, 103, 104, 105, 112, 128,
            129, 130, 132, 133, 134, 135,
        ],
    ),
    (
        "the content encryption is not offered: A128GCM, A192GCM, A192CBC-HS384, A256CBC-HS512",
        &[62, 68, 76, 77, 80, 81, 88, 89, 92, 93, 121],
    ),
];

/// The tests that the file calls valid and that we accept.
const ACCEPTED: &[u64] = &[66, 67, 78, 79, 90, 91, 131];

/// The content, and nothing if key or token is refused.
fn content(key: &Value, token: &str) -> Option<Vec<u8>> {
    let key = DecryptionKey::parse(&key.to_string()).ok()?;
    let keys = DecryptionKeys::new(vec![key]).ok()?;
    let decrypted = decrypt(token, &keys, EncryptionAllowList::ALL).ok()?;
    Some(decrypted.content().to_vec())
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |c: u8| (c as char).to_digit(16).unwrap() as u8;
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| digit(pair[0]) << 4 | digit(pair[1]))
        .collect()
}

// RFC 8017 section 7.1, RFC 7518 section 4.3
#[test]
fn every_verdict_is_the_files_or_stands_in_a_table() {
    let file: Value = serde_json::from_str(FILE).unwrap();
    assert_eq!(file["numberOfTests"], 139);
    let (mut accepted, mut refused, mut invalid) = (Vec::new(), Vec::new(), 0);
    for group in file["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            let number = test["tcId"].as_u64().unwrap();
            let found = content(&group["private"], test["jwe"].as_str().unwrap());
            match (test["result"].as_str().unwrap(), found) {
                ("valid", Some(content)) => {
                    let expected = unhex(test["pt"].as_str().unwrap());
                    assert_eq!(content, expected, "{number}");
                    accepted.push(number);
                }
                ("valid", None) => refused.push(number),
                ("invalid", None) => invalid += 1,
                (result, found) => panic!("{number}: {result} and {found:?}"),
            }
        }
    }
    assert_eq!(accepted, ACCEPTED);
    let mut listed: Vec<u64> = REFUSED
        .iter()
        .flat_map(|(_, tests)| *tests)
        .copied()
        .collect();
    listed.sort_unstable();
    refused.sort_unstable();
    assert_eq!(refused, listed);
    assert_eq!((accepted.len(), refused.len(), invalid), (7, 58, 74));
}

/// A key that is refused for its `alg` would hide what its tokens are about; so
/// they meet the same key under each algorithm that we have as well.
#[test]
fn no_token_of_the_file_is_accepted_under_another_algorithm_of_its_key() {
    let file: Value = serde_json::from_str(FILE).unwrap();
    let mut tried = 0;
    for group in file["testGroups"].as_array().unwrap() {
        for algorithm in KeyManagement::ALL.map(KeyManagement::as_str) {
            let mut key = group["private"].clone();
            if key["alg"] == algorithm {
                continue;
            }
            key["alg"] = algorithm.into();
            if DecryptionKey::parse(&key.to_string()).is_err() {
                continue;
            }
            for test in group["tests"].as_array().unwrap() {
                let found = content(&key, test["jwe"].as_str().unwrap());
                assert!(found.is_none(), "{} as {algorithm}", test["tcId"]);
                tried += 1;
            }
        }
    }
    assert!(tried > 60, "{tried}");
}
