import * as z from "zod";

/** The body of a GraphQL request, as GraphQL over HTTP says. */
export const GraphqlRequest = z.strictObject({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().min(1).nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
});
export type GraphqlRequest = z.output<typeof GraphqlRequest>;

/** A request for a document that the server is to know already: it has the document's hash in place of its text. */
export const PersistedRequest = z.object({ query: z.null().optional(), extensions: z.object({ persistedQuery: z.looseObject({}) }) });
