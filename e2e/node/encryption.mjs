// Encrypts and decrypts with jose. Each line of the input is one task as JSON,
// and is answered with one line: what came of it, as JSON, or what went wrong.
import { createInterface } from "node:readline";
import { CompactEncrypt, compactDecrypt, importJWK } from "jose";

async function encrypt({ key, enc, text }) {
  const header = { alg: key.alg, enc, kid: key.kid, cty: "JWT" };
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader(header)
    .encrypt(await importJWK(key, key.alg));
}

async function decrypt({ key, enc, token }) {
  const { plaintext } = await compactDecrypt(token, await importJWK(key, key.alg), {
    keyManagementAlgorithms: [key.alg],
    contentEncryptionAlgorithms: [enc],
  });
  return new TextDecoder().decode(plaintext);
}

for await (const line of createInterface({ input: process.stdin })) {
  const task = JSON.parse(line);
  try {
    const done = await ("token" in task ? decrypt(task) : encrypt(task));
    console.log(JSON.stringify({ done }));
  } catch (error) {
    console.log(JSON.stringify({ failed: `${error.name}: ${error.message}` }));
  }
}
