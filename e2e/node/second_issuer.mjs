// A second authorization server, on loopback: real tokens by the client
// credentials grant with resource indicators (RFC 8707), and keys that change
// when the test says so. Commands come as lines of JSON, answers go as lines.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { SignJWT, exportJWK, generateKeyPair, importJWK } from "jose";
import Provider from "oidc-provider";

// Its notices would stand among the answers.
console.info = console.warn;

const keys = {};
for (const [kid, alg] of [["a", "RS256"], ["b", "RS256"], ["e", "ES256"]]) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  keys[kid] = { ...(await exportJWK(privateKey)), kid, alg, use: "sig" };
}

let answer = (_, response) => response.writeHead(503).end();
let keySetsGiven = 0;
const server = createServer((request, response) => {
  if (request.url.startsWith("/jwks")) keySetsGiven += 1;
  answer(request, response);
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

function publish(names) {
  const algorithms = names.map((name) => keys[name].alg);
  const provider = new Provider(issuer, {
    jwks: { keys: names.map((name) => keys[name]) },
    clients: [{
      client_id: "robot",
      client_secret: "a secret that only this test knows",
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
    }],
    scopes: ["write:payments", "write:payouts", "payments.write", "read:everything"],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource) => ({
          audience: resource,
          scope: "write:payments write:payouts payments.write read:everything",
          accessTokenTTL: 600,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: resource.endsWith("-es") ? "ES256" : algorithms[0] } },
        }),
      },
    },
  });
  provider.on("server_error", (_context, error) => console.error(error));
  answer = provider.callback();
}

async function sign({ key, claims, typ }) {
  const privateKey = await importJWK(keys[key]);
  const header = { alg: keys[key].alg, kid: key, typ: typ ?? "at+jwt" };
  return new SignJWT(claims).setProtectedHeader(header).sign(privateKey);
}

publish(["a"]);
console.log(JSON.stringify({ issuer }));

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  if (command.publish) publish(command.publish);
  if (command.away) answer = (request) => request.destroy();
  const said = { key_sets_given: keySetsGiven };
  if (command.sign) said.token = await sign(command.sign);
  console.log(JSON.stringify(said));
}
server.close();
server.closeAllConnections();
