import { invalidField } from "@newfeed/shared/contracts/errors.ts";
import { commentRoutes } from "@newfeed/shared/contracts/routes/comments.ts";
import { postRoutes } from "@newfeed/shared/contracts/routes/posts.ts";
import { userRoutes } from "@newfeed/shared/contracts/routes/users.ts";
import { toProblem } from "@newfeed/shared/http/problems.ts";
import * as z from "zod";
import type { GraphqlContext } from "./context.ts";
import { isRefusal } from "./results.ts";
import { typeDefs } from "./schema.ts";

/** By which route an entity is found. */
const entityRoutes = { Post: postRoutes.getPost, Comment: commentRoutes.getComment, User: userRoutes.getUser };

const Representation = z.object({ __typename: z.literal(["Post", "Comment", "User"]), id: z.string() });

async function entity(given: unknown, { call }: GraphqlContext): Promise<object | null> {
  const representation = Representation.safeParse(given);
  if (!representation.success) throw invalidField("representations", "must be keys of posts, comments or users: {__typename, id}");
  const { __typename, id } = representation.data;
  try {
    return { __typename, ...(await call(entityRoutes[__typename], { params: { id } })) };
  } catch (error) {
    if (isRefusal(toProblem(error))) return null;
    throw error;
  }
}

/** For the router of a federated graph. Each entity is a call, and costs what it costs. */
export const federationQueries = {
  _service: () => ({ sdl: typeDefs }),
  _entities: (_parent: unknown, { representations }: { representations: readonly unknown[] }, context: GraphqlContext) =>
    representations.map((given) => entity(given, context)),
};
