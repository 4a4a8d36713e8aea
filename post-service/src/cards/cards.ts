import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Limiter } from "@newfeed/shared/ports/limiter.ts";
import { createDueWork } from "@newfeed/shared/runtime/due-work.ts";
import { type CardFetcherOptions, startCardFetcher } from "./fetcher.ts";
import { asksForCard, type StoredCard } from "./link-card.ts";
import type { CardStore } from "./store.ts";

/** Of one statement. */
const askedAtOnce = 100;

/** Asks for the cards of posts, and has them fetched. Nobody waits for it. What is too much for an author at a time has no card for now. */
export interface LinkCards {
  /** Of posts that were published or changed. */
  ask(id: PostId): void;
  /** A post is shown to a reader. Its card is asked for if it is missing or old, and so stays while it is used. */
  shown(post: { id: PostId; status: string; cardUrl: string | null; card: StoredCard | null }): void;
  close(): Promise<void>;
}

/** Where no links are read. */
export const noLinkCards: LinkCards = { ask() {}, shown() {}, close: async () => {} };

/** What a failure or the end of the process leaves undone, the next reader of the post asks for. */
export function startLinkCards(options: Omit<CardFetcherOptions, "store"> & { store: CardStore; limiter: Pick<Limiter, "consume"> }): LinkCards {
  const { store, limiter, failed } = options;
  const mayRead = async (authorId: UserId) => (await limiter.consume("linkCard", authorId)).allowed;
  const fetcher = startCardFetcher(options);
  const asking = new Set<PostId>();
  const requests = createDueWork(
    "link-card-requests",
    async () => {
      const ids = [...asking].slice(0, askedAtOnce);
      for (const id of ids) asking.delete(id);
      if (ids.length === 0) return false;
      if (await store.request(ids, mayRead)) fetcher.wake();
      return true;
    },
    failed,
  );
  function ask(id: PostId): void {
    asking.add(id);
    requests.wake();
  }
  return {
    ask,
    shown(post) {
      if (asksForCard(post)) ask(post.id);
    },
    async close() {
      await requests.close();
      await fetcher.close();
    },
  };
}
