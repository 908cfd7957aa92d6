//! What a gate knows: the only contract between the two planes.
