//! One strict way to ask a secret manager over HTTPS: no redirect, no proxy, a
//! limit on time and on length, and nothing of an answer in a fault.
//!
//! An adapter writes its requests as [`Question`]s and reads an [`Answer`]; what
//! every status means is said once, in [`Answer::success`].
//!
//! What passes through the HTTP library's own buffers on the way is not wiped
//! by it; everything from [`Answer`] on is.

mod answer;
mod place;
mod question;
#[cfg(any(test, feature = "recorded"))]
#[expect(clippy::unwrap_used, reason = "a test server fails by panicking")]
pub mod recorded;

pub use answer::Answer;
pub use place::HttpPlace;
pub use question::Question;
