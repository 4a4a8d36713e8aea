import type { Post } from "@newfeed/shared/contracts/dto.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { ServiceClients } from "../service-clients.ts";
import type { Ranking } from "./ranking.ts";
import type { PopularWindow } from "./score.ts";

/** The most popular posts that the viewer may see, the most popular first: post-service says of each what it is now, and to whom. */
export async function popularPosts(
  { ranking, clients }: { ranking: Pick<Ranking, "top">; clients: Pick<ServiceClients, "postsAsSeen"> },
  viewer: UserId | null,
  { window, limit }: { window: PopularWindow; limit: number },
): Promise<Post[]> {
  const ids = await ranking.top(window);
  const seen = async (some: typeof ids) =>
    (await clients.postsAsSeen(viewer, some)).filter((post) => post !== null).filter(({ visibility }) => visibility === "public");
  const posts = await seen(ids.slice(0, limit));
  if (posts.length < limit) posts.push(...(await seen(ids.slice(limit))));
  return posts.slice(0, limit);
}
