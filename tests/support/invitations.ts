import { makeInvite } from "@newfeed/auth-service/registration/invites.ts";
import { createStore } from "@newfeed/auth-service/store.ts";
import type { TestFeed } from "./feed.ts";

/** The code of an invitation for so many accounts, as `npm run admin -- invite` makes it. */
export async function inviteTo(feed: Pick<TestFeed, "platform">, maxUses: number): Promise<string> {
  const store = createStore(await feed.platform.openDatabase("auth-service"), () => {});
  const { code } = await makeInvite(store, null, { maxUses, expiresInDays: 1, note: "" });
  await store.close();
  return code;
}
