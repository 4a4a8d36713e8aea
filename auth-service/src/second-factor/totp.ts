/** Seconds that a code is valid for; apps expect it so. */
const period = 30;
/** Codes of the neighbouring steps are good, too: clocks differ. (RFC 6238, section 5.2) */
const window = 1;

/** Loaded with the first second factor. */
const load = () => import("otpauth");

async function totpOf(secret: string, { issuer, label }: { issuer: string; label: string }) {
  const { Secret, TOTP } = await load();
  return new TOTP({ issuer, label, algorithm: "SHA1", digits: 6, period, secret: Secret.fromBase32(secret) });
}

/** A new secret of 160 bits, in Base32. */
export async function newTotpSecret(): Promise<string> {
  const { Secret } = await load();
  return new Secret({ size: 20 }).base32;
}

/** What a QR code for authenticator apps says. */
export const totpUri = async (secret: string, names: { issuer: string; label: string }): Promise<string> => (await totpOf(secret, names)).toString();

/** The time step that a code is of; null for a wrong one. */
export async function stepOfCode(secret: string, code: string, now = Date.now()): Promise<number | null> {
  const delta = (await totpOf(secret, { issuer: "", label: "" })).validate({ token: code, timestamp: now, window });
  return delta === null ? null : Math.floor(now / 1_000 / period) + delta;
}
