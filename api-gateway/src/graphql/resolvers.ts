import type { Comment, Post } from "@newfeed/shared/contracts/dto.ts";
import type { PostId } from "@newfeed/shared/contracts/ids.ts";
import { commentRoutes } from "@newfeed/shared/contracts/routes/comments.ts";
import { postRoutes } from "@newfeed/shared/contracts/routes/posts.ts";
import { userRoutes } from "@newfeed/shared/contracts/routes/users.ts";
import type { ListOwner } from "./comment-lists.ts";
import { type GraphqlContext, withoutNulls } from "./context.ts";

type Input = Record<string, unknown>;
type ById = { id: string };
type ListArguments = { limit?: number | null; cursor?: string | null };

const nestedLimit = 10;

/** A list within a list: first pages share one call; a later page is a call of its own. Null if its owner is unknown. */
async function nestedComments(
  of: ListOwner,
  { id, postId }: { id: string; postId: PostId },
  { limit, cursor }: ListArguments,
  { call, commentLists }: GraphqlContext,
) {
  if (!cursor) return (await commentLists(of, id, limit ?? nestedLimit))?.data ?? null;
  const query = { limit: limit ?? nestedLimit, cursor, ...(of === "comment" && { parentCommentId: id }) };
  return (await call(commentRoutes.listPostComments, { params: { id: postId }, query })).data;
}

/** A field without a resolver has the same name in REST. */
export const resolvers = {
  Query: {
    async getPosts(_parent: unknown, { input }: { input?: Input | null }, { call }: GraphqlContext) {
      const { data, pageInfo } = await call(postRoutes.listPosts, { query: input ?? {} });
      return { success: true, posts: data, pageInfo };
    },
    async getNewsFeed(_parent: unknown, query: ListArguments, { call }: GraphqlContext) {
      const { data, pageInfo } = await call(postRoutes.homeFeed, { query });
      return { posts: data, hasMore: pageInfo.hasNextPage, nextCursor: pageInfo.endCursor };
    },
    async getPost(_parent: unknown, { id }: ById, { call }: GraphqlContext) {
      return { success: true, post: await call(postRoutes.getPost, { params: { id } }) };
    },
    async getComments(_parent: unknown, { postId, ...query }: ListArguments & { postId: PostId }, { call }: GraphqlContext) {
      const { data, pageInfo, streamCursor } = await call(commentRoutes.listPostComments, { params: { id: postId }, query });
      return { success: true, comments: data, hasMore: pageInfo.hasNextPage, nextCursor: pageInfo.endCursor, streamCursor };
    },
    async me(_parent: unknown, _arguments: unknown, { call, viewer }: GraphqlContext) {
      return viewer && call(userRoutes.getUser, { params: { id: viewer.userId } });
    },
  },

  Mutation: {
    async createPost(_parent: unknown, { input }: { input: Input }, { call }: GraphqlContext) {
      const post = await call(postRoutes.createPost, { body: withoutNulls(input) });
      return { success: true, message: "The post is created.", post };
    },
    async updatePost(_parent: unknown, { id, input }: ById & { input: Input }, { call }: GraphqlContext) {
      const body = { ...withoutNulls(input), ...(input["title"] === null && { title: null }) };
      return { success: true, message: "The post is changed.", post: await call(postRoutes.updatePost, { params: { id }, body }) };
    },
    async deletePost(_parent: unknown, { id }: ById, { call }: GraphqlContext) {
      await call(postRoutes.deletePost, { params: { id } });
      return { success: true, message: "The post is deleted." };
    },
    async likePost(_parent: unknown, { id }: ById, { call }: GraphqlContext) {
      await call(postRoutes.likePost, { params: { id } });
      return { success: true, message: "You like the post.", post: () => call(postRoutes.getPost, { params: { id } }) };
    },
    async unlikePost(_parent: unknown, { id }: ById, { call }: GraphqlContext) {
      await call(postRoutes.unlikePost, { params: { id } });
      return { success: true, message: "You no longer like the post.", post: () => call(postRoutes.getPost, { params: { id } }) };
    },
    async createComment(_parent: unknown, { input }: { input: Input }, { call }: GraphqlContext) {
      const comment = await call(commentRoutes.createComment, { body: withoutNulls(input) });
      return { success: true, message: "The comment is created.", comment };
    },
    async updateComment(_parent: unknown, { id, content }: ById & { content: string }, { call }: GraphqlContext) {
      const comment = await call(commentRoutes.updateComment, { params: { id }, body: { content } });
      return { success: true, message: "The comment is changed.", comment };
    },
    async deleteComment(_parent: unknown, { id }: ById, { call }: GraphqlContext) {
      await call(commentRoutes.deleteComment, { params: { id } });
      return { success: true, message: "The comment is deleted." };
    },
  },

  Post: {
    comments: ({ id }: Post, list: ListArguments, context: GraphqlContext) => nestedComments("post", { id, postId: id }, list, context),
  },

  Comment: {
    replies: (comment: Comment, list: ListArguments, context: GraphqlContext) => nestedComments("comment", comment, list, context),
  },
};
