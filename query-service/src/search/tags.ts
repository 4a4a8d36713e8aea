import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Page } from "@newfeed/shared/contracts/primitives.ts";
import type { TagHit } from "@newfeed/shared/contracts/routes/search.ts";
import { tagOf } from "@newfeed/shared/store/tags.ts";
import type { ServiceClients } from "../service-clients.ts";
import { type SearchIndex, windowSize } from "./search-index.ts";

/** Tags that begin like a text, the most used first: of the newest posts that have one, counted are those that the viewer may see. */
export async function searchTags(
  { index, clients }: { index: SearchIndex; clients: Pick<ServiceClients, "visibleAmong"> },
  viewer: UserId | null,
  { q, limit }: { q: string; limit: number },
): Promise<Page<TagHit>> {
  const beginning = tagOf(q);
  const matches = beginning === "" ? undefined : await index.matches({ beginning, publicOnly: viewer === null }, { from: new Date(8.64e15), after: null });
  const posts = matches?.found.slice(0, windowSize) ?? [];
  const visible = await clients.visibleAmong(
    viewer,
    posts.map(({ id }) => id),
  );
  const counts = new Map<string, number>();
  for (const { id, tags } of posts) if (visible.has(id)) for (const tag of tags) if (tag.startsWith(beginning)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  const sorted = [...counts].sort(([one, count], [other, otherCount]) => otherCount - count || (one < other ? -1 : 1));
  const data = sorted.slice(0, limit).map(([tag, count]) => ({ tag, posts: count }));
  return { data, pageInfo: { hasNextPage: false, startCursor: null, endCursor: null } };
}
