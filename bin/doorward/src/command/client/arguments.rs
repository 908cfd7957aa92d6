//! What a client says about itself, on the command line.

use authority::accountability::CredentialRequest;
use serde::Serialize;

use crate::admin_api::CredentialArguments;

/// The arguments of a client: those that every credential has, and its own.
/// None is required here, as there.
#[derive(Debug, clap::Args)]
pub(crate) struct ClientArguments {
    #[command(flatten)]
    credential: CredentialArguments,
    /// What it is: web, browser, native or service.
    #[arg(long = "type", value_name = "TYPE")]
    client_type: Option<String>,
    /// How login and consent pages call it.
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Where answers may go, compared as text; repeat it for more.
    #[arg(long = "redirect-uri", value_name = "URI")]
    redirect_uris: Vec<String>,
    /// Where a browser may go after a logout; repeat it for more.
    #[arg(long = "post-logout-redirect-uri", value_name = "URI")]
    post_logout_redirect_uris: Vec<String>,
}

/// The body of the request.
#[derive(Debug, Default, Serialize)]
pub(crate) struct ClientBody {
    #[serde(flatten)]
    pub(crate) credential: CredentialRequest,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) redirect_uris: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) post_logout_redirect_uris: Vec<String>,
}

impl ClientArguments {
    pub(super) fn body(self) -> ClientBody {
        ClientBody {
            credential: self.credential.into(),
            client_type: self.client_type,
            name: self.name,
            redirect_uris: self.redirect_uris,
            post_logout_redirect_uris: self.post_logout_redirect_uris,
        }
    }
}
