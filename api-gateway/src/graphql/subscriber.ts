import { createSourceEventStream, type DocumentNode, type ExecutionResult, execute, type GraphQLSchema, type OperationDefinitionNode } from "graphql";
import type { GraphqlContext } from "./context.ts";
import type { LiveItem } from "./live-values.ts";

/** What happens in a subscription: a result, with the position after it, or that it goes on. */
export type LiveResult = { kind: "result"; result: ExecutionResult; cursor: string | undefined } | Exclude<LiveItem, { kind: "value" }>;

/** Resolves when the subscription has begun, or with the errors for which it has not. */
export type SubscribeOperation = (variables: Record<string, unknown>, context: GraphqlContext) => Promise<AsyncGenerator<LiveResult> | ExecutionResult>;

const isRefused = (begun: AsyncIterable<unknown> | ExecutionResult): begun is ExecutionResult => !(Symbol.asyncIterator in begun);

/** Runs a subscription of a valid document: its selection for each value of its field, one after the other. */
export function subscriberOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): SubscribeOperation {
  const operationName = operation.name?.value;
  return async (variableValues, contextValue) => {
    const shared = { schema, document, operationName, variableValues, contextValue };
    const begun = await createSourceEventStream(shared);
    if (isRefused(begun)) return begun;
    return (async function* (): AsyncGenerator<LiveResult> {
      for await (const item of begun as AsyncIterable<LiveItem>) {
        if (item.kind === "value") yield { kind: "result", result: await execute({ ...shared, rootValue: item.value }), cursor: item.cursor };
        else yield item;
      }
    })();
  };
}
