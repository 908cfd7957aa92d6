// Calls an API with the `fetch` of Node and an API key. The input says where and
// with what, as JSON; the answer is the status.
import { readFileSync } from "node:fs";

const { url, key } = JSON.parse(readFileSync(0, "utf8"));
const response = await fetch(url, { headers: { "X-API-Key": key } });
console.log(JSON.stringify({ status: response.status }));
