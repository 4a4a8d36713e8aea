import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { ConfigError } from "./config.ts";

const Secrets = z.object({
  /** Master of the internal tokens that the gateway mints. */
  internalTokenSecret: z.string().min(32),
  /** Ed25519 private key (PKCS #8 PEM) that signs access tokens. */
  tokenPrivateKey: z.string(),
  databasePassword: z.string().min(16),
  /** What delivery-service keeps the secrets of webhooks with, and its keys for pushes are derived from. */
  deliverySecret: z.string().min(32),
});
export type Secrets = z.infer<typeof Secrets>;

/** Version 0.1 stored the secret of internal tokens under another name. */
const renamed = ({ passportSecret, ...secrets }: Record<string, unknown>) => (passportSecret ? { internalTokenSecret: passportSecret, ...secrets } : secrets);

/**
 * Reads the embedded installation's secrets, or generates them at the first start. No secret has a default. Throws
 * `ConfigError` when they are missing beside data, whose password new ones would not be.
 */
export function readOrCreateSecrets(dataDirectory: string): Secrets {
  const file = join(dataDirectory, "secrets.json");
  const newDeliverySecret = () => ({ deliverySecret: randomBytes(32).toString("base64url") });
  // Written under another name and renamed: a crash leaves all of it or none.
  const write = (secrets: Secrets): Secrets => {
    writeFileSync(`${file}.new`, JSON.stringify(secrets), { mode: 0o600 });
    renameSync(`${file}.new`, file);
    return secrets;
  };
  try {
    const found = renamed(JSON.parse(readFileSync(file, "utf8")));
    // An older version did not have it.
    return "deliverySecret" in found ? Secrets.parse(found) : write(Secrets.parse({ ...newDeliverySecret(), ...found }));
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "ENOENT") throw error;
  }
  if (existsSync(join(dataDirectory, "postgres/data/PG_VERSION")))
    throw new ConfigError(`${file} is missing, and the database in ${dataDirectory} needs its password: restore that file, too`);
  mkdirSync(dataDirectory, { recursive: true, mode: 0o711 });
  return write({
    internalTokenSecret: randomBytes(32).toString("base64url"),
    tokenPrivateKey: generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    databasePassword: randomBytes(24).toString("base64url"),
    ...newDeliverySecret(),
  });
}
