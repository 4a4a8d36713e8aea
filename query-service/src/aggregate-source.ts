import type { PostId } from "@newfeed/shared/contracts/ids.ts";
import { withoutVote } from "@newfeed/shared/contracts/poll.ts";
import type { ListedPost } from "@newfeed/shared/contracts/routes/posts-internal.ts";
import type { PostAggregate } from "@newfeed/shared/contracts/routes/query.ts";
import type { Cache } from "@newfeed/shared/ports/cache.ts";
import type { ServiceClients } from "./service-clients.ts";

/** So many comments stand in an aggregate. */
export const commentsKept = 20;
/** A net under invalidation by events: a name that changes is in no event of the post. */
const ttlMs = 15_000;
/** Posts of one load. */
const loadedAtOnce = 25;

const cacheKeyOf = (id: PostId): string => `post:${id}`;

type Known = Pick<ListedPost, "id" | "authorId" | "revision">;
type Found = PostAggregate | undefined;

/** Leaves out what depends on the viewer. */
export const neutral = <T extends { likedByMe: boolean; bookmarkedByMe?: boolean; repostedByMe?: boolean; mutedByMe?: boolean; quotedPost?: unknown }>({
  likedByMe: _,
  bookmarkedByMe: __,
  repostedByMe: ___,
  mutedByMe: ____,
  quotedPost: _____,
  ...rest
}: T): Omit<T, "likedByMe" | "bookmarkedByMe" | "repostedByMe" | "mutedByMe" | "quotedPost"> => rest;

/** Where aggregates come from: the cache, or else the services that own what is in them. They are the same for every viewer. */
export function createAggregateSource({ cache, clients }: { cache: Cache; clients: Pick<ServiceClients, "postsOf" | "newestComments"> }) {
  /** Loads that run now: all who need the same post wait for one. */
  const loads = new Map<PostId, Promise<Found>>();

  async function fetch(posts: readonly Known[]): Promise<Map<PostId, PostAggregate>> {
    const ids = posts.map(({ id }) => id);
    const [answers, comments] = await Promise.all([clients.postsOf(posts), clients.newestComments(null, ids, commentsKept)]);
    return new Map(
      answers.flatMap((post): [PostId, PostAggregate][] => {
        const page = post && comments.get(post.id);
        return page
          ? [[post.id, { post: { ...neutral(post), poll: post.poll && withoutVote(post.poll) }, comments: { ...page, data: page.data.map(neutral) } }]]
          : [];
      }),
    );
  }

  /** Begins to load posts, and keeps what comes unless it is invalidated meanwhile. */
  function load(posts: readonly Known[], versions: ReadonlyMap<PostId, string>): void {
    for (let first = 0; first < posts.length; first += loadedAtOnce) {
      const some = posts.slice(first, first + loadedAtOnce);
      const fetched = fetch(some);
      for (const { id } of some) {
        const one = fetched.then(async (all) => {
          const found = all.get(id);
          if (found) await cache.write(cacheKeyOf(id), JSON.stringify(found), { version: versions.get(id) ?? "", ttlMs });
          return found;
        });
        loads.set(id, one);
        const end = () => loads.get(id) === one && loads.delete(id);
        one.then(end, end);
      }
    }
  }

  return {
    /** The aggregates of posts, none older than these revisions; those that are gone are left out. Throws what the owners throw. */
    async find(posts: readonly Known[]): Promise<Map<PostId, PostAggregate>> {
      const entries = await cache.read(posts.map(({ id }) => cacheKeyOf(id)));
      const found = new Map<PostId, PostAggregate>();
      const isCurrent = (aggregate: Found, { revision }: Known) => aggregate !== undefined && aggregate.post.revision >= revision;
      const missing = posts.filter((post, at) => {
        const value = entries[at]?.value;
        const aggregate: Found = value === undefined ? undefined : JSON.parse(value);
        if (!aggregate || !isCurrent(aggregate, post)) return true;
        found.set(post.id, aggregate);
        return false;
      });
      const versions = new Map(posts.map(({ id }, at) => [id, entries[at]?.version ?? ""]));

      const gather = async (wanted: readonly Known[]): Promise<Known[]> => {
        const loaded = await Promise.all(wanted.map(async (post) => ({ post, aggregate: await loads.get(post.id) })));
        for (const { post, aggregate } of loaded) if (aggregate) found.set(post.id, aggregate);
        return loaded.flatMap(({ post, aggregate }) => (aggregate && !isCurrent(aggregate, post) ? [post] : []));
      };
      load(
        missing.filter(({ id }) => !loads.has(id)),
        versions,
      );
      const outdated = await gather(missing);
      // Loads that had begun before these posts changed.
      if (outdated.length > 0) {
        load(outdated, versions);
        await gather(outdated);
      }
      return found;
    },

    forget: (ids: readonly PostId[]): Promise<void> => cache.invalidate(ids.map(cacheKeyOf)),
  };
}
export type AggregateSource = ReturnType<typeof createAggregateSource>;
