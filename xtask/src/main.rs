//! The workshop: layers, tidy, test, bench.

fn main() {}
