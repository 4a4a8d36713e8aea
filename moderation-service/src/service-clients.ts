import type { Author } from "@newfeed/shared/contracts/dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { asCommentId, asMediaId, asPostId, asUserId, type MediaId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { ModerationTarget } from "@newfeed/shared/contracts/moderation-dto.ts";
import { authInternalRoutes } from "@newfeed/shared/contracts/routes/auth.ts";
import { commentInternalRoutes } from "@newfeed/shared/contracts/routes/comments.ts";
import { mediaInternalRoutes } from "@newfeed/shared/contracts/routes/media.ts";
import { postInternalRoutes } from "@newfeed/shared/contracts/routes/posts-internal.ts";
import { userInternalRoutes } from "@newfeed/shared/contracts/routes/users.ts";
import { logFailure } from "@newfeed/shared/ports/failure-log.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";
import type { Subject } from "./cases/case.ts";
import { textOf } from "./text.ts";

/** How long a page waits for the names of the people in it. */
const namesMs = 1_000;

const picturesAtOnce = 1_000;

/** What a rule is tried on. */
interface PostToTry {
  id: PostId;
  authorId: UserId;
  content: string;
  mediaIds: MediaId[];
}

/** What moderation-service asks of other services. */
export function createServiceClients(callService: ServiceClient, logger: Logger) {
  /** As post-service lets a viewer see it; its text as its author does, whom no mute keeps from it. */
  async function post(viewer: UserId, id: string): Promise<Omit<Subject, "target">> {
    const postId = asPostId(id);
    const { posts } = await callService(postInternalRoutes.access, { body: { viewer, postIds: [postId] } });
    const seen = posts[0];
    if (!seen) throw new Problem("not_found");
    const { answers } = await callService(postInternalRoutes.postsOfMany, { body: { asked: [{ viewer: seen.authorId, postId }] } });
    const found = answers[0];
    return { authorId: seen.authorId, postId: null, content: found ? textOf.post(found) : "" };
  }
  async function comment(viewer: UserId, id: string): Promise<Omit<Subject, "target">> {
    const found = await callService(commentInternalRoutes.visibleComment, { params: { id: asCommentId(id) }, query: { viewer } });
    if (!found.author || found.deleted) throw new Problem("not_found");
    return { authorId: found.author.id, postId: found.postId, content: found.content };
  }
  async function profile(viewer: UserId, id: string): Promise<Omit<Subject, "target">> {
    const found = await callService(userInternalRoutes.visibleProfile, { params: { id: asUserId(id) }, query: { viewer } });
    return { authorId: found.id, postId: null, content: textOf.user(found) };
  }
  async function media(viewer: UserId, id: string): Promise<Omit<Subject, "target">> {
    const found = await callService(mediaInternalRoutes.visibleMedia, { params: { id: asMediaId(id) }, query: { viewer } });
    return { authorId: found.ownerId, postId: null, content: found.url };
  }
  const owners = { post, comment, user: profile, media };

  return {
    /** What a user wants to report, as its owner lets them see it. Throws `not_found` when it does not. */
    async visibleSubject(viewer: UserId, target: ModerationTarget): Promise<Subject> {
      return { target, ...(await owners[target.type](viewer, target.id)) };
    },
    /** The newest public posts, a thousand at most, as a viewer sees them. */
    async newestPosts(viewer: UserId): Promise<PostToTry[]> {
      const found: PostToTry[] = [];
      for (let cursor: string | undefined, pages = 0; pages < 10; pages++) {
        const page = await callService(postInternalRoutes.publicPage, { body: { viewer, limit: 100, cursor } });
        const asked = page.data.map(({ id }) => ({ viewer, postId: id }));
        const { answers } = await callService(postInternalRoutes.postsOfMany, { body: { asked } });
        found.push(
          ...answers.flatMap((post) =>
            post ? [{ id: post.id, authorId: post.author.id, content: textOf.post(post), mediaIds: post.media.map(({ id }) => id) }] : [],
          ),
        );
        if (!page.pageInfo.hasNextPage) break;
        cursor = page.pageInfo.endCursor ?? undefined;
      }
      return found;
    },
    /** How uploads look, of those that have a hash. */
    async pictureHashes(ids: readonly MediaId[]): Promise<ReadonlyMap<MediaId, string>> {
      const hashes = new Map<MediaId, string>();
      for (let from = 0; from < ids.length; from += picturesAtOnce) {
        const body = { ids: ids.slice(from, from + picturesAtOnce) };
        for (const { id, hash } of (await callService(mediaInternalRoutes.pictureHashes, { body })).pictures) hashes.set(id, hash);
      }
      return hashes;
    },
    /** Throws `service_unavailable` while it is not known. */
    async isAdministrator(id: UserId): Promise<boolean> {
      return (await callService(authInternalRoutes.accountRoles, { params: { id } })).roles.includes("admin");
    },
    /** Those of these users who are known right now. */
    async authors(ids: readonly UserId[]): Promise<ReadonlyMap<UserId, Author>> {
      if (ids.length === 0) return new Map();
      try {
        const body = { ids: [...new Set(ids)], usernames: [] };
        const { authors } = await callService(userInternalRoutes.authors, { body }, { signal: AbortSignal.timeout(namesMs) });
        return new Map(authors.map(({ revision: _, ...author }) => [author.id, author]));
      } catch (error) {
        logFailure(logger, "a page goes without the names of people", error);
        return new Map();
      }
    },
  };
}
export type ServiceClients = ReturnType<typeof createServiceClients>;
