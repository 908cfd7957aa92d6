//! The embedded store: SQLite, WAL, synchronous=FULL, one writer with group commit.
