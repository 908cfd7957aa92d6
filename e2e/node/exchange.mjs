// Exchanges an API key for a token with oauth4webapi and openid-client, each by
// both ways of RFC 6749 section 2.3.1. The input says where and with what, as
// JSON; each answer is one line.
import { readFileSync } from "node:fs";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";

const { issuer, token_endpoint, client_id, client_secret, scope } = JSON.parse(
  readFileSync(0, "utf8"),
);
const server = { issuer, token_endpoint };

async function withOauth4webapi(authenticate) {
  const client = { client_id };
  const parameters = new URLSearchParams({ scope });
  const options = { [oauth.allowInsecureRequests]: true };
  const response = await oauth.clientCredentialsGrantRequest(
    server,
    client,
    authenticate(client_secret),
    parameters,
    options,
  );
  return oauth.processClientCredentialsResponse(server, client, response);
}

async function withOpenidClient(authenticate) {
  const authentication = authenticate(client_secret);
  const configuration = new openid.Configuration(server, client_id, {}, authentication);
  openid.allowInsecureRequests(configuration);
  return openid.clientCredentialsGrant(configuration, { scope });
}

for (const [library, method, ask] of [
  ["oauth4webapi", "client_secret_basic", () => withOauth4webapi(oauth.ClientSecretBasic)],
  ["oauth4webapi", "client_secret_post", () => withOauth4webapi(oauth.ClientSecretPost)],
  ["openid-client", "client_secret_basic", () => withOpenidClient(openid.ClientSecretBasic)],
  ["openid-client", "client_secret_post", () => withOpenidClient(openid.ClientSecretPost)],
]) {
  let told;
  try {
    const { access_token, token_type, expires_in, scope } = await ask();
    told = { access_token, token_type, expires_in, scope };
  } catch (error) {
    // WWW-Authenticate is a failure of its own in oauth4webapi (RFC 9110 section 11.6.1).
    told = { error: error.error ?? error.code ?? error.name, status: error.status };
  }
  console.log(JSON.stringify({ library, method, ...told }));
}
