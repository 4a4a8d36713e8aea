import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { CommentId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Page } from "@newfeed/shared/contracts/primitives.ts";
import type { ListedPost } from "@newfeed/shared/contracts/routes/posts-internal.ts";
import type { AggregatedComment, PostAggregate } from "@newfeed/shared/contracts/routes/query.ts";
import { pageFrom } from "@newfeed/shared/store/cursors.ts";
import { type AggregateSource, commentsKept, neutral } from "./aggregate-source.ts";
import type { ServiceClients } from "./service-clients.ts";

/** Comments of each post in a list. */
const commentsListed = 3;

interface From {
  source: Pick<AggregateSource, "find">;
  clients: Pick<ServiceClients, "visiblePost" | "publicPage" | "visibleComments" | "newestComments">;
}

/** A post with its newest comments, as the viewer may see them. Throws `not_found`. */
export async function postAggregate(from: From, viewer: UserId | null, id: PostId): Promise<PostAggregate> {
  const post = await from.clients.visiblePost(viewer, id);
  const [aggregate] = post ? await aggregatesFor(from, viewer, [post], commentsKept) : [];
  if (!aggregate) throw new Problem("not_found");
  return aggregate;
}

/** A page of the public feed, each post with its newest comments. */
export async function postAggregates(from: From, viewer: UserId | null, query: { limit: number; cursor?: string | undefined }): Promise<Page<PostAggregate>> {
  const { data, pageInfo } = await from.clients.publicPage(viewer, query);
  return { data: await aggregatesFor(from, viewer, data, commentsListed), pageInfo };
}

/** The aggregates of posts that the viewer may see, with so many of the comments that they may see, in order. */
async function aggregatesFor({ source, clients }: From, viewer: UserId | null, posts: readonly ListedPost[], comments: number): Promise<PostAggregate[]> {
  const found = await source.find(posts);
  const aggregates = posts.flatMap(({ id }) => {
    const aggregate = found.get(id);
    return aggregate ? [cut(aggregate, comments)] : [];
  });
  return viewer ? asSeenBy(viewer, aggregates, comments, clients) : aggregates;
}

function cut({ post, comments }: PostAggregate, limit: number): PostAggregate {
  if (comments.data.length <= limit) return { post, comments };
  const keyOf = ({ createdAt, id }: AggregatedComment) => ({ at: new Date(createdAt), id });
  return { post, comments: pageFrom(comments.data, { limit }, keyOf, (comment) => comment) };
}

type Written = Awaited<ReturnType<ServiceClients["visibleComments"]>>["newest"];

/** Does a copy lack a comment that its viewer has written? */
const lacks = ({ post, comments: { data, pageInfo } }: PostAggregate, written: Written) =>
  written.some(
    ({ id, postId, parentCommentId, createdAt }) =>
      postId === post.id &&
      parentCommentId === null &&
      !data.some((comment) => comment.id === id) &&
      (!pageInfo.hasNextPage || createdAt > (data.at(-1)?.createdAt ?? "")),
  );

/**
 * Leaves out comments that a block hides from the viewer, or that are deleted. Where a copy is older than what the viewer can
 * know, by a comment that they wrote or changed a moment ago, the comments are fetched for them alone.
 */
async function asSeenBy(
  viewer: UserId,
  aggregates: readonly PostAggregate[],
  limit: number,
  clients: Pick<ServiceClients, "visibleComments" | "newestComments">,
): Promise<PostAggregate[]> {
  if (aggregates.length === 0) return [];
  const { visible, newest } = await clients.visibleComments(
    viewer,
    aggregates.flatMap(({ comments }) => comments.data.map(({ id }) => id)),
  );
  const revisions = new Map<CommentId, number>(visible.map(({ id, revision }) => [id, revision]));
  const isOld = (aggregate: PostAggregate) =>
    lacks(aggregate, newest) || aggregate.comments.data.some(({ id, revision }) => (revisions.get(id) ?? revision) > revision);
  const old = aggregates.filter(isOld).map(({ post }) => post.id);
  const fresh = old.length > 0 ? await clients.newestComments(viewer, old, limit) : new Map();
  return aggregates.map((aggregate) => {
    const { post, comments } = aggregate;
    const page = fresh.get(post.id);
    if (page) return { post, comments: { ...page, data: page.data.map(neutral) } };
    return { post, comments: { ...comments, data: comments.data.filter(({ id }) => revisions.has(id)) } };
  });
}
