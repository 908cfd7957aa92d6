//! The data plane alone: it has no way to issue anything.

fn main() {}
