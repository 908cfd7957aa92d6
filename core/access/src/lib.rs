//! Data-plane rules: who is calling, and may they pass.
