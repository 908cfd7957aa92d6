//! Whatever is not exactly a token, made by a generator: refused with a
//! machine's reason, without an echo, and in bounded memory.

use e2e::forge::encode;

use crate::house::House;

/// Chance that is the same on every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((value ^ (value >> 31)) % end as u64) as usize
    }

    fn bytes(&mut self, longest: usize) -> Vec<u8> {
        (0..self.below(longest) + 1)
            .map(|_| self.below(256) as u8)
            .collect()
    }

    fn text(&mut self, alphabet: &[u8], longest: usize) -> String {
        (0..self.below(longest) + 1)
            .map(|_| char::from(alphabet[self.below(alphabet.len())]))
            .collect()
    }
}

const BASE64URL: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const TOKEN68: &[u8] = b"ABCXYZabcxyz0189-._~+/";
const JSON: &[u8] = b"{}[]\",:\\u0019eEtruefalsn.-+ \n";

/// RFC 7515 section 5.2, RFC 6750 section 3.1
pub fn attack(house: &House) {
    let mut dice = Dice(20_270_115);
    let before = house.peak_memory();
    let tokens: Vec<String> = (0..1_500).map(|_| token68(&mut dice, house)).collect();
    house.refuses(&[], tokens);
    house.control();
    for _ in 0..1_000 {
        // No line end: what follows one is another field.
        let mut bytes = dice.bytes(200);
        bytes.retain(|byte| !matches!(byte, b'\r' | b'\n'));
        let issued = house.issued_before();
        let at = dice.below(issued.len());
        match dice.below(3) {
            0 => house.refuses_shape([b"x".as_slice(), &bytes].concat()),
            1 => house.refuses_shape([&issued.as_bytes()[..at], b"\x01", &bytes].concat()),
            _ => house.refuses_shape([b"\"".as_slice(), &bytes, issued.as_bytes()].concat()),
        }
    }
    house.control();
    // The kernel counts in batches: a peak may read a little lower later.
    let grown = house.peak_memory().saturating_sub(before);
    assert!(grown < 8 * 1024, "{grown} KiB for rubbish");
}

/// A credential in form, and no token.
fn token68(dice: &mut Dice, house: &House) -> String {
    let issued = house.issued_before();
    let parts: Vec<&str> = issued.split('.').collect();
    match dice.below(8) {
        0 => format!("x{}", dice.text(TOKEN68, 400)),
        1 => format!(
            "{}.{}.{}",
            encode(dice.bytes(60)),
            encode(dice.bytes(200)),
            encode(dice.bytes(64))
        ),
        2 => format!("{}.{}.{}", encode(dice.text(JSON, 80)), parts[1], parts[2]),
        3 => house
            .signer
            .token(dice.text(JSON, 60), dice.text(JSON, 200)),
        4 => house
            .signer
            .token(house.header().to_string(), dice.text(JSON, 300)),
        5 => house
            .signer
            .token(house.header().to_string(), dice.bytes(300)),
        6 => {
            let segments = 1 + dice.below(9);
            let segments: Vec<String> = (0..segments).map(|_| dice.text(BASE64URL, 90)).collect();
            format!("{}.", segments.join("."))
        }
        _ => {
            let at = 1 + dice.below(issued.len() - 1);
            let length = 1 + dice.below(issued.len() - at);
            format!(
                "{}{}",
                &issued[..at],
                &issued[at + length.min(issued.len() - at)..]
            )
        }
    }
}
