import { bounds } from "@newfeed/shared/contracts/limits.ts";
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  Kind,
  type SelectionSetNode,
} from "graphql";
import { type ComplexityEstimator, getComplexity } from "graphql-query-complexity";

/** An operation to run, of a valid document. */
export interface Operation {
  schema: GraphQLSchema;
  document: DocumentNode;
  operationName?: string | null | undefined;
  variableValues?: Record<string, unknown> | null | undefined;
}

/** The cost of a field that makes a call of its own. */
const callCost = 50;
const pageTypes = new Set(["PostsResult", "NewsFeed", "CommentsResult"]);
const isList = (field: { args: readonly { name: string }[] }) => field.args.some(({ name }) => name === "limit");

const estimate: ComplexityEstimator = ({ type, field, args, childComplexity }) => {
  const isPage = pageTypes.has(getNamedType(field.type).name) || isList(field);
  const limit = Number(args["limit"] ?? args["input"]?.limit ?? 20);
  const items = isPage ? Math.min(Math.max(limit, 1), 100) : 1;
  const calls = type.name === "Query" || type.name === "Mutation" || (isPage && args["cursor"]);
  return (calls ? callCost : 1) + items * childComplexity;
};

/** The depth of nested fields; introspection, which graphql bounds itself, does not count. */
function depthOf(document: DocumentNode, operation: SelectionSetNode): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  // Each fragment is measured once: expanding every spread takes exponential time.
  const known = new Map<string, number>();

  const depthOfSet = (set: SelectionSetNode | undefined): number => {
    let deepest = 0;
    for (const selection of set?.selections ?? []) {
      let depth = 0;
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const name = selection.name.value;
        depth = known.get(name) ?? depthOfSet(fragments.get(name)?.selectionSet);
        known.set(name, depth);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) depth = depthOfSet(selection.selectionSet);
      else if (!selection.name.value.startsWith("__")) depth = 1 + depthOfSet(selection.selectionSet);
      deepest = Math.max(deepest, depth);
    }
    return deepest;
  };
  return depthOfSet(operation);
}

/**
 * Refuses, with a `GraphQLError`, an operation that is too deep or costs too much. A field costs 1, one that makes a call
 * 50; fields below a list count `limit` times, so aliases and nested lists add up.
 */
export function checkWeight({ schema, document, operationName, variableValues }: Operation): void {
  const operation = getOperationAST(document, operationName);
  if (!operation) return;
  const depth = depthOf(document, operation.selectionSet);
  if (depth > bounds.graphqlDepth) throw new GraphQLError(`The operation is ${depth} levels deep; at most ${bounds.graphqlDepth} are allowed.`);
  const cost = getComplexity({
    schema,
    query: document,
    estimators: [estimate],
    ...(operationName && { operationName }),
    ...(variableValues && { variables: variableValues }),
  });
  if (cost > bounds.graphqlCost)
    throw new GraphQLError(`The operation costs ${cost}; at most ${bounds.graphqlCost} is allowed. Ask for shorter lists or fewer fields.`);
}
