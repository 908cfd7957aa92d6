//! What may be forgotten, and what a process takes from its machine: counters, clock, entropy.
