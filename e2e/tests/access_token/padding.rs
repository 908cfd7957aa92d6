//! Signatures that only the private key can make, around a block that it never
//! should.

use aws_lc_rs::digest::{SHA256, SHA384, digest};
use e2e::forge::encode;
use e2e::raw_rsa::{RawRsa, padded, signature_of};

use crate::house::House;

/// `DigestInfo` of SHA-256 up to the hash (RFC 8017 section 9.2).
const SHA256_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// JWT-041. RFC 8017 section 8.2.2
pub fn attack(house: &House) {
    if house.algorithm != "RS256" {
        return;
    }
    let key = RawRsa::from_pkcs8(&house.pkcs8);
    let signed = house.signed(house.header());
    let hash = digest(&SHA256, signed.as_bytes());
    let good = [SHA256_INFO.as_slice(), hash.as_ref()].concat();
    let token = |block: &[u8]| format!("{signed}.{}", encode(key.raise(block)));
    // The raw operation is right: a well-formed block is a good signature.
    let genuine = token(&padded(key.size(), &good));
    house.passes(&genuine);
    assert_eq!(signature_of(&genuine), house.signer.sign(signed.as_bytes()));
    house.refuses(
        &["token_signature"],
        blocks(key.size(), &good, signed.as_bytes())
            .iter()
            .map(|block| token(block)),
    );
}

fn blocks(size: usize, good: &[u8], signed: &[u8]) -> Vec<Vec<u8>> {
    let hash = &good[SHA256_INFO.len()..];
    let whole = padded(size, good);
    let mut blocks = Vec::new();
    // Every byte before the hash, changed in one bit; the first one would make
    // the number larger than the modulus.
    for at in (1..size - 32).step_by(7).chain(size - 55..size - 32) {
        let mut block = whole.clone();
        block[at] ^= 1 << (at % 8);
        blocks.push(block);
    }
    // The other kinds of block, and a filling that ends early.
    for (at, value) in [(1, 0), (1, 2), (2, 0), (9, 0), (10, 0)] {
        let mut block = whole.clone();
        block[at] = value;
        blocks.push(block);
    }
    // Bleichenbacher's: little filling, and rubbish that nobody looks at.
    for filling in [0, 1, 8, 64] {
        let start = [&[0, 1], vec![0xff; filling].as_slice(), &[0], good].concat();
        let rest = vec![0; size - start.len()];
        blocks.push([start.as_slice(), &rest].concat());
    }
    // Rubbish inside the DigestInfo, where its parameters stand.
    let stuffed = |length: u8| {
        let parameters = [&[0x04, length], vec![0xaa; usize::from(length)].as_slice()].concat();
        let oid = &SHA256_INFO[4..15];
        let inner = [&[0x30, 11 + 2 + length], oid, &parameters].concat();
        let octets = [&[0x04, 32], hash].concat();
        [
            &[0x30, (inner.len() + octets.len()) as u8],
            inner.as_slice(),
            &octets,
        ]
        .concat()
    };
    blocks.extend([0, 1, 20, 60].map(|length| padded(size, &stuffed(length))));
    // Without the NULL, and with lengths that take more bytes than they need.
    let bare = [
        &[0x30, 0x2f, 0x30, 0x0b],
        &SHA256_INFO[4..15],
        &[0x04, 0x20],
        hash,
    ]
    .concat();
    let long = [&[0x30, 0x81, 0x31], &good[2..]].concat();
    let longer = [&[0x30, 0x82, 0x00, 0x31], &good[2..]].concat();
    let endless = [&[0x30, 0x80], &good[2..], &[0, 0]].concat();
    // The hash alone, cut short, of something else, or by another function.
    let other = digest(&SHA256, b"something else");
    let sha384 = digest(&SHA384, signed);
    let infos = [
        bare,
        long,
        longer,
        endless,
        hash.to_vec(),
        good[..good.len() - 1].to_vec(),
        [good, &[0]].concat(),
        [&SHA256_INFO, other.as_ref()].concat(),
        [&SHA256_INFO, sha384.as_ref()].concat(),
        Vec::new(),
    ];
    blocks.extend(infos.iter().map(|info| padded(size, info)));
    blocks
}
