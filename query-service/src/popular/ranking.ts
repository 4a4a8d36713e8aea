import type { PostId } from "@newfeed/shared/contracts/ids.ts";
import type { Cache } from "@newfeed/shared/ports/cache.ts";
import { createKept } from "../kept.ts";
import type { PopularWindow } from "./score.ts";
import type { PopularityStore } from "./store.ts";

/** The most popular posts of each window. */
export function createRanking(cache: Cache, store: Pick<PopularityStore, "fade" | "top">) {
  const keep = (window: PopularWindow) =>
    createKept(cache, `popular:${window}`, async () => {
      await store.fade(new Date());
      return store.top(window);
    });
  const lists = { day: keep("day"), week: keep("week") };
  return {
    top: (window: PopularWindow): Promise<PostId[]> => lists[window].read(),
    forget: () => Promise.all([lists.day.forget(), lists.week.forget()]),
  };
}
export type Ranking = ReturnType<typeof createRanking>;
