import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Suggestion } from "@newfeed/shared/contracts/routes/users.ts";
import type { Store } from "./store.ts";
import { toUser } from "./user.ts";

/** Users whom most of those follow whom this user follows: none of whom they know, have asked, or who has a block with them. */
export async function suggestedUsers(store: Pick<Store, "suggestedTo">, userId: UserId, limit: number): Promise<Suggestion[]> {
  return (await store.suggestedTo(userId)).slice(0, limit).map(({ followees, ...user }) => ({ user: toUser(user), followees }));
}
