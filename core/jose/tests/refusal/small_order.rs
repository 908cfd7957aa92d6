//! A signature that satisfies the Ed25519 equation with an R of small order:
//! its maker knows the private key, and still it is refused (JWT-048).

use aws_lc_rs::digest::{SHA512, digest};
use aws_lc_rs::encoding::AsBigEndian as _;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, ParsedPublicKey};
use jose::*;

use crate::forge::*;

/// The order of the group (RFC 8032 section 5.1), least significant limb first.
const ORDER: [u64; 4] = [
    0x5812_631a_5cf5_d3ed,
    0x14de_f9de_a2f7_9cd6,
    0,
    0x1000_0000_0000_0000,
];

fn reduced(mut value: [u64; 4]) -> [u64; 4] {
    while value.iter().rev().ge(ORDER.iter().rev()) {
        let mut borrow = false;
        for (limb, order) in value.iter_mut().zip(ORDER) {
            let (rest, first) = limb.overflowing_sub(order);
            let (rest, second) = rest.overflowing_sub(u64::from(borrow));
            (*limb, borrow) = (rest, first || second);
        }
    }
    value
}

fn sum(one: [u64; 4], other: [u64; 4]) -> [u64; 4] {
    let mut carry = 0;
    let mut total = [0; 4];
    for at in 0..4 {
        let limb = u128::from(one[at]) + u128::from(other[at]) + carry;
        (total[at], carry) = (limb as u64, limb >> 64);
    }
    reduced(total)
}

/// The product modulo the order, of numbers in little-endian bytes.
fn product(factor: &[u8], scalar: &[u8]) -> Vec<u8> {
    let limb = |at: usize| u64::from_le_bytes(scalar[at * 8..at * 8 + 8].try_into().unwrap());
    let scalar = reduced(std::array::from_fn(limb));
    let mut total = [0; 4];
    for bit in (0..factor.len() * 8).rev() {
        total = sum(total, total);
        if factor[bit / 8] >> (bit % 8) & 1 == 1 {
            total = sum(total, scalar);
        }
    }
    total.iter().flat_map(|limb| limb.to_le_bytes()).collect()
}

#[test]
fn jwt_048_an_r_of_small_order_is_refused_though_the_equation_holds() {
    let forge = Forge::new(Algorithm::EdDsa);
    let pair = Ed25519KeyPair::from_pkcs8(&forge.key.to_pkcs8().unwrap()).unwrap();
    let seed = pair.seed().unwrap().as_be_bytes().unwrap();
    let expanded = digest(&SHA512, seed.as_ref());
    let mut scalar = expanded.as_ref()[..32].to_vec();
    scalar[0] &= 248;
    scalar[31] = scalar[31] & 127 | 64;

    let good = forge.good();
    let (signed, _) = good.rsplit_once('.').unwrap();
    let public = pair.public_key().as_ref();
    // R is the neutral point, so S = k * a.
    let neutral = std::array::from_fn::<u8, 32, _>(|at| u8::from(at == 0));
    let challenge = digest(&SHA512, &[&neutral, public, signed.as_bytes()].concat());
    let s = product(challenge.as_ref(), &scalar);
    let signature = [neutral.as_slice(), &s].concat();

    let bare = ParsedPublicKey::new(&ED25519, public).unwrap();
    assert!(
        bare.verify_sig(signed.as_bytes(), &signature).is_ok(),
        "the equation holds"
    );
    forge.refuses(
        &[TokenError::Signature],
        [format!("{signed}.{}", encode(signature))],
    );
}
