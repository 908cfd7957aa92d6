//! The product: configuration, wiring and the command line; runs any role.

fn main() {}
