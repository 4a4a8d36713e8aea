import type { Answer, Person, TestFeed } from "./feed.ts";
import { openGateway } from "./gateway.ts";

export const createPost = `mutation ($input: CreatePostInput!) { createPost(input: $input) { success message post { id content revision } } }`;
const createComment = `mutation ($input: CreateCommentInput!) { createComment(input: $input) { success comment { id content parentCommentId author { username } } } }`;

/** Creates a post over GraphQL. Returns its id. */
export async function post(author: Person, content: string): Promise<string> {
  const { body } = await author.graphql(createPost, { input: { content, postType: "TEXT" } });
  return body.data.createPost.post.id;
}
/** Creates a comment over GraphQL. Returns its id. */
export async function comment(author: Person, postId: string, content: string, parentCommentId?: string): Promise<string> {
  const { body } = await author.graphql(createComment, { input: { postId, content, parentCommentId: parentCommentId ?? null } });
  return body.data.createComment.comment.id;
}

/** Another gateway in front of the same services, some of them replaced, or with other limits. */
export async function anotherGateway(feed: TestFeed, replaced: Parameters<typeof openGateway>[1]) {
  const gateway = await openGateway(feed, replaced);
  return {
    async graphql(person: Person, query: string): Promise<Answer["body"]> {
      return (await gateway.call("POST", "/graphql", { query }, { authorization: `Bearer ${person.token}` })).body;
    },
    call: gateway.call,
    close: gateway.close,
  };
}
