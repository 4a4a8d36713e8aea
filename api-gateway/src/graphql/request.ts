import * as z from "zod";

/** A document by its hash: the protocol is known as automatic persisted queries. */
const PersistedQuery = z.looseObject({ version: z.literal(1), sha256Hash: z.string().regex(/^[0-9a-f]{64}$/) });

/** The body of a GraphQL request, as GraphQL over HTTP says. A persisted query is named in place of `query`, or beside it to have it kept. */
export const GraphqlRequest = z
  .strictObject({
    query: z.string().nullish(),
    variables: z.record(z.string(), z.unknown()).nullish(),
    operationName: z.string().min(1).nullish(),
    extensions: z.looseObject({ persistedQuery: PersistedQuery.nullish() }).nullish(),
  })
  .refine(({ query, extensions }) => (query ?? extensions?.persistedQuery ?? null) !== null);
export type GraphqlRequest = z.output<typeof GraphqlRequest>;
