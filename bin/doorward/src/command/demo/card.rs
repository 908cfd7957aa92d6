//! What a person sees when the demo is ready: who may do what, and lines to
//! copy that show it.

use super::setup::Ready;
use crate::table::{table, text};

/// The card.
pub(super) fn render(ready: &Ready) -> String {
    let Ready {
        gate,
        issuer,
        admin,
        operator_token,
        api_key,
        client,
        user,
        delegation,
        ..
    } = ready;
    let (key, key_id) = (api_key.secret.expose(), &api_key.id);
    let (client_id, client_secret) = (&client.id, client.secret.expose());
    let operator_token = operator_token.expose();
    let (name, password) = (&user.name, user.password.expose());
    let (authorize, verifier) = (delegation.authorize_url(), delegation.verifier());
    let endpoints = endpoints(ready);
    format!(
        r#"
Doorward guards a sample API on this machine. Ctrl-C ends it and removes everything.

  gate    {gate}      where callers come in
  issuer  {issuer}      where clients get tokens
  admin   {admin}      where operators come in

{endpoints}

Copy these, one after the other, in another terminal:

  KEY='{key}'
  CLIENT='{client_id}:{client_secret}'
  export DOORWARD_ADMIN='{admin}' DOORWARD_OPERATOR_TOKEN='{operator_token}'

  # 1. A key works where a key is right ...
  curl -i -H "X-API-Key: $KEY" '{gate}/v1/forecast?city=Austin'

  #    It can be exchanged for a token of five minutes; then the key itself stays at home.
  curl -s -u "{key_id}:$KEY" -d grant_type=client_credentials -d scope=read:forecast '{issuer}/oauth2/token'

  # 2. ... and is refused where it is not, with the rule and what to do.
  curl -i -H "X-API-Key: $KEY" '{gate}/v1/profile'

  # 3. A partner's client gets a short token, and it works where OAuth is right.
  TOKEN=$(curl -s -u "$CLIENT" -d grant_type=client_credentials -d scope=read:reports \
    '{issuer}/oauth2/token' | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
  curl -i -H "Authorization: Bearer $TOKEN" '{gate}/v1/reports'

  # 4. A person lets an application act for them. Open this, log in and allow it:
  #    the page that you come back to has the lines to go on.
  #    name {name}   password {password}   code_verifier {verifier}
  {authorize}

  # 5. A revoked key is dead at once.
  {binary} key revoke {key_id} --reason 'trying it out'
  curl -i -H "X-API-Key: $KEY" '{gate}/v1/forecast'

  # 6. What happened? Give it the x-request-id of any answer above.
  {binary} trace REQUEST_ID
  {binary} audit verify
"#,
        binary = ready.binary
    )
}

fn endpoints(ready: &Ready) -> String {
    let mut endpoints = table(["endpoint", "request", "consequence", "accepts", "scopes"]);
    for endpoint in &ready.endpoints {
        endpoints.add_row([
            endpoint.id.clone(),
            format!("{} {}", endpoint.method, endpoint.path),
            endpoint.consequence.clone(),
            endpoint.accepts.join(", "),
            endpoint.scopes.join(" "),
        ]);
    }
    text(&endpoints)
}
