// Prints .env.production.example with generated secrets: node scripts/production-env.mjs > .env
// With --kubernetes, what the chart's Secret holds, for `kubectl create secret generic … --from-env-file`.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";

/** What a provider, or a sender of webhooks, gives out. */
const givenOut = /_CLIENT_SECRET$|^SVIX_SECRET$|^FCM_SERVICE_ACCOUNT_KEY$|^S3_SECRET_ACCESS_KEY$|^AI_API_KEY$/;
/** What can be made up. */
const made = /_(PASSWORD|SECRET|KEY|TOKEN)$/;

const privateKey = () => generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString().trim().replaceAll("\n", "\\n");
const secret = (name) => (name === "TOKEN_PRIVATE_KEY" ? privateKey() : randomBytes(32).toString("hex"));
const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

/** kubectl takes quotes for a part of the value, so there are none. */
function forKubernetes() {
  const parts = [...read("deploy/helm/newfeed/files/parts.yaml").matchAll(/^[\w-]+: (\{.*\})$/gm)].map(([, part]) => JSON.parse(part));
  const needed = [...new Set(parts.flatMap(({ secrets }) => Object.values(secrets)))];
  const optional = [...new Set(parts.flatMap(({ optionalSecrets }) => Object.values(optionalSecrets)))].filter((name) => !needed.includes(name));
  const line = (name) => `${name}=${made.test(name) && !givenOut.test(name) ? secret(name) : ""}`;
  return [
    "# Of your servers: postgresql://user:password@host:5432/database for each service, redis://:password@host:6379, amqp://user:password@host:5672.",
    ...needed.filter((name) => !made.test(name)).map(line),
    "",
    "# Made just now.",
    ...[...needed, ...optional].filter((name) => made.test(name) && !givenOut.test(name)).map(line),
    "",
    "# Others give these to you. Empty: what needs them is off. .env.production.example describes each.",
    ...optional.filter((name) => !made.test(name) || givenOut.test(name)).map(line),
    "",
  ].join("\n");
}

const forCompose = () =>
  read(".env.production.example")
    .replace(/^(\w+(?:_PASSWORD|_SECRET|_KEY|_TOKEN))=$/gm, (line, name) =>
      givenOut.test(name) ? line : `${name}=${name === "TOKEN_PRIVATE_KEY" ? `"${secret(name)}"` : secret(name)}`,
    )
    .replace(/^# What docker.*\n# Nothing.*\n\n/, "");

process.stdout.write(process.argv.includes("--kubernetes") ? forKubernetes() : forCompose());
