//! The inventory: facts about an endpoint, what it demands, and why.
