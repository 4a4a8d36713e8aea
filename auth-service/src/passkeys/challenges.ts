import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

const challengeMinutes = 5;
const [randomLength, timeLength, macLength] = [16, 6, 32] as const;

/** What is stored of a challenge once a passkey has answered it. */
export interface AnsweredChallenge {
  hash: string;
  expiresAt: Date;
}

/**
 * Challenges that passkeys sign. They say themselves that they were made here, for what, and until when they are good: strangers,
 * who may ask for any number of them, fill no table.
 */
export interface PasskeyChallenges {
  /** Good for five minutes, for this purpose. */
  make(purpose: string): Buffer;
  /** Null for one (in base64url) that was not made here, is for another purpose, or is too old. */
  open(challenge: string, purpose: string): AnsweredChallenge | null;
}

/** `secret` is what access tokens are signed with: the key is derived from it. */
export function createPasskeyChallenges(secret: string): PasskeyChallenges {
  const key = Buffer.from(hkdfSync("sha256", secret, "", "newfeed passkey challenges", 32));
  const macOf = (content: Buffer, purpose: string) => createHmac("sha256", key).update(content).update(purpose).digest();
  return {
    make(purpose) {
      const content = Buffer.alloc(randomLength + timeLength);
      randomBytes(randomLength).copy(content);
      content.writeUIntBE(Date.now() + challengeMinutes * 60_000, randomLength, timeLength);
      return Buffer.concat([content, macOf(content, purpose)]);
    },
    open(challenge, purpose) {
      const bytes = Buffer.from(challenge, "base64url");
      if (bytes.length !== randomLength + timeLength + macLength) return null;
      const content = bytes.subarray(0, -macLength);
      if (!timingSafeEqual(macOf(content, purpose), bytes.subarray(-macLength))) return null;
      const expiresAt = content.readUIntBE(randomLength, timeLength);
      return expiresAt > Date.now() ? { hash: createHash("sha256").update(bytes).digest("hex"), expiresAt: new Date(expiresAt) } : null;
    },
  };
}
