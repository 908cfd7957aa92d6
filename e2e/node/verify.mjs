// Judges tokens with jose. The first line of the input says by what; each
// further line is one token as JSON, and is answered with one line: the claims
// were accepted, or the name of what refused them.
import { createInterface } from "node:readline";
import { createLocalJWKSet, jwtVerify } from "jose";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const rules = JSON.parse((await lines.next()).value);
const keys = createLocalJWKSet(rules.keys);
const options = {
  algorithms: rules.algorithms,
  issuer: rules.issuer,
  audience: rules.audience,
  typ: "at+jwt",
  requiredClaims: rules.required,
  clockTolerance: rules.leeway,
  currentDate: new Date(rules.now * 1000),
};
for await (const line of lines) {
  let verdict = "accepted";
  try {
    await jwtVerify(JSON.parse(line), keys, options);
  } catch (error) {
    verdict = `refused ${error.code ?? error.name}`;
  }
  process.stdout.write(`${verdict}\n`);
}
