// Says which versions of the pinned packages are installed, once each of them
// has been loaded.
import { readFileSync } from "node:fs";

for (const name of ["jose", "oauth4webapi", "oidc-provider", "openid-client"]) {
  await import(name);
  const manifest = readFileSync(`node_modules/${name}/package.json`, "utf8");
  console.log(`${name} ${JSON.parse(manifest).version}`);
}
