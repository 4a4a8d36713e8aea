// Prints .env.production.example with generated secrets: node scripts/production-env.mjs > .env
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";

/** What a provider, or a sender of webhooks, gives out. */
const givenOut = /_CLIENT_SECRET$|^SVIX_SECRET$|^FCM_SERVICE_ACCOUNT_KEY$/;

const secret = (name) =>
  name === "TOKEN_PRIVATE_KEY"
    ? `"${generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString().trim().replaceAll("\n", "\\n")}"`
    : randomBytes(32).toString("hex");

const example = readFileSync(new URL("../.env.production.example", import.meta.url), "utf8");
process.stdout.write(
  example
    .replace(/^(\w+(?:_PASSWORD|_SECRET|_KEY|_TOKEN))=$/gm, (line, name) => (givenOut.test(name) ? line : `${name}=${secret(name)}`))
    .replace(/^# What docker.*\n# Nothing.*\n\n/, ""),
);
