//! The pages that people see. They are made here, work without a script, and
//! ask nothing of any other host.

mod respond;

use askama::Template;

pub(crate) use respond::{asset, respond, see_other};

/// The login page.
#[derive(Template)]
#[template(path = "login.html")]
pub(crate) struct LoginPage<'a> {
    /// Where the forms and the style are: the issuer's path.
    pub(crate) base: &'a str,
    /// What the client is called.
    pub(crate) client_name: &'a str,
    /// What the field for the name begins with.
    pub(crate) login_name: &'a str,
    /// Whether a login has just failed.
    pub(crate) has_failed: bool,
    /// Whether the person is logged in already, and must log in again.
    pub(crate) is_again: bool,
    /// The request that goes on.
    pub(crate) request: &'a str,
    /// Since when.
    pub(crate) interaction: &'a str,
    /// The form's proof.
    pub(crate) token: &'a str,
}

/// The consent page.
#[derive(Template)]
#[template(path = "consent.html")]
pub(crate) struct ConsentPage<'a> {
    /// Where the forms and the style are: the issuer's path.
    pub(crate) base: &'a str,
    /// What the client is called.
    pub(crate) client_name: &'a str,
    /// Where the answer goes: the host, or the scheme of an app.
    pub(crate) destination: &'a str,
    /// Who is asked.
    pub(crate) login_name: &'a str,
    /// What the client gets.
    pub(crate) scopes: &'a [ScopeLine],
    /// The same, as the form carries it.
    pub(crate) scope: &'a str,
    /// The request that goes on.
    pub(crate) request: &'a str,
    /// Since when.
    pub(crate) interaction: &'a str,
    /// The form's proof.
    pub(crate) token: &'a str,
}

/// One scope, in words.
pub(crate) struct ScopeLine {
    /// What it allows.
    pub(crate) words: String,
    /// The scope itself.
    pub(crate) scope: String,
    /// Whether it was not granted before.
    pub(crate) is_new: bool,
}

/// A page that says why it goes on no further.
#[derive(Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage<'a> {
    /// Where the style is: the issuer's path.
    pub(crate) base: &'a str,
    /// What went wrong.
    pub(crate) description: &'a str,
    /// What to tell whoever is asked for help.
    pub(crate) request_id: &'a str,
}

/// A page that hands an answer on: OAuth 2.0 Form Post Response Mode section 2.
#[derive(Template)]
#[template(path = "form_post.html")]
pub(crate) struct FormPostPage<'a> {
    /// Where the style and the script are: the issuer's path.
    pub(crate) base: &'a str,
    /// Where the form goes.
    pub(crate) to: &'a str,
    /// Its fields.
    pub(crate) fields: &'a [(&'a str, &'a str)],
}
