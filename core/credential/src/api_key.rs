//! An API key: `dw_live_<id>_<secret><checksum>`.

crate::identified_secret::define_identified_secret!(
    ApiKey, ApiKeyId, MintedApiKey, PresentedApiKey,
    prefix "dw", id letter 'k'
);
