//! Examples that others have published.

use jose::encryption::*;

use crate::forge::*;

const RFC7520_5_5_KEY: &str = r#"{"kty":"EC","kid":"meriadoc.brandybuck@buckland.example","use":"enc",
    "crv":"P-256","x":"Ze2loSV3wrroKUN_4zhwGhCqo3Xhu1td4QjeQ5wIVR0",
    "y":"HlLtdXARY_f55A3fnzQbPcm6hgr34Mp8p-nuzQCE0Zw",
    "d":"r_kHyZ-a06rmxM3yESK84r1otSg-aQcVStkRhA-iCM8","alg":"ECDH-ES"}"#;
const RFC7520_5_5_TOKEN: &str = "eyJhbGciOiJFQ0RILUVTIiwia2lkIjoibWVyaWFkb2MuYnJhbmR5YnVja0BidWNrbGFuZC5leGFtcGxlIiwiZXBrIjp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoibVBVS1RfYkFXR0hJaGcwVHBqanFWc1AxclhXUXVfdndWT0hIdE5rZFlvQSIsInkiOiI4QlFBc0ltR2VBUzQ2ZnlXdzVNaFlmR1RUMElqQnBGdzJTUzM0RHY0SXJzIn0sImVuYyI6IkExMjhDQkMtSFMyNTYifQ..yc9N8v5sYyv3iGQT926IUg.BoDlwPnTypYq-ivjmQvAYJLb5Q6l-F3LIgQomlz87yW4OPKbWE1zSTEFjDfhU9IPIOSA9Bml4m7iDFwA-1ZXvHteLDtw4R1XRGMEsDIqAYtskTTmzmzNa-_q4F_evAPUmwlO-ZG45Mnq4uhM1fm_D9rBtWolqZSF3xGNNkpOMQKF1Cl8i8wjzRli7-IXgyirlKQsbhhqRzkv8IcY6aHl24j03C-AR2le1r7URUhArM79BY8soZU0lzwI-sD5PZ3l4NDCCei9XkoIAfsXJWmySPoeRb2Ni5UZL4mYpvKDiwmyzGd65KqVw7MsFfI_K767G9C9Azp73gKZD0DyUn1mn0WW5LmyX_yJ-3AROq8p1WZBfG-ZyJ6195_JGG2m9Csg.WCCkNa-x4BeB9hIDIfFuhg";
const RFC7520_5_PLAINTEXT: &str = "You can trust us to stick with you through thick and thin\u{2013}to \
    the bitter end. And you can trust us to keep any secret of yours\u{2013}closer than you keep it \
    yourself. But you cannot trust us to let you face trouble alone, and go off without a word. We \
    are your friends, Frodo.";

#[test]
fn rfc7520_5_5_ecdh_es_with_a128cbc_hs256() {
    let forge = Forge::new(RFC7520_5_5_KEY, ContentEncryption::A128CbcHs256);
    let content = forge.decrypt(RFC7520_5_5_TOKEN).unwrap();
    assert_eq!(content, RFC7520_5_PLAINTEXT.as_bytes());
    let altered = RFC7520_5_5_TOKEN.replace(".yc9N", ".yc8N");
    assert_eq!(forge.decrypt(&altered), Err(DecryptionError::Failed));
}
