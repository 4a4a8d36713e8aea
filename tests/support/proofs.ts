import type { Person, TestFeed } from "./feed.ts";

/** Has it be an hour ago that the user last signed in, or showed again who they are. */
export async function forgetProofs(feed: Pick<TestFeed, "platform">, { id }: Pick<Person, "id">): Promise<void> {
  const { query } = await feed.platform.openDatabase("auth-service");
  await query("UPDATE session SET proved_at = now() - interval '1 hour' WHERE account_id = $1", [id]);
}
