import { asUserId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { createSecretBox } from "@newfeed/shared/ports/secret-box.ts";

const goodForMs = 30 * 60_000;
const owner = "an appeal";

/** What a suspended user gets who has shown who they are, in whichever way: it lets them appeal, and nothing else. */
export interface AppealTokens {
  make(userId: UserId): string;
  /** Null for one that was not made here, or is too old. */
  open(token: string): UserId | null;
}

/** `secret` is what access tokens are signed with: the key is derived from it, so every instance opens them. */
export function createAppealTokens(secret: string): AppealTokens {
  const box = createSecretBox(secret, "newfeed appeals");
  return {
    make: (userId) => box.seal(owner, `${Date.now() + goodForMs} ${userId}`),
    open(token) {
      const [goodUntil, userId] = box.open(owner, token)?.split(" ") ?? [];
      return userId !== undefined && Number(goodUntil) > Date.now() ? asUserId(userId) : null;
    },
  };
}
