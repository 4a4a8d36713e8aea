import { bounds } from "@newfeed/shared/contracts/limits.ts";
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLBoolean,
  GraphQLError,
  GraphQLFloat,
  type GraphQLInputType,
  GraphQLInt,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  typeFromAST,
  visit,
} from "graphql";
import { type ComplexityEstimator, getComplexity } from "graphql-query-complexity";

/** The cost of a field that makes a call of its own. */
const callCost = 50;
/** Items of a page at most. */
const longest = 100;
const pageTypes = new Set(["PostsResult", "NewsFeed", "CommentsResult", "SearchResult", "TagResult", "NotificationsResult"]);
const roots = new Set(["Query", "Mutation", "Subscription"]);
const isList = (field: { args: readonly { name: string }[] }) => field.args.some(({ name }) => name === "limit");

const estimate: ComplexityEstimator = ({ type, field, args, childComplexity }) => {
  const isPage = pageTypes.has(getNamedType(field.type).name) || isList(field);
  const limit = Number(args["limit"] ?? args["input"]?.limit ?? 20);
  const keys = args["representations"];
  // Each entity is a call.
  if (Array.isArray(keys)) return keys.length * (callCost + childComplexity);
  const items = isPage ? Math.min(Math.max(limit, 1), longest) : 1;
  const calls = roots.has(type.name) || (isPage && args["cursor"]);
  return (calls ? callCost : 1) + items * childComplexity;
};

interface Measure {
  field(name: string, inside: number): number;
  /** Of what stands beside each other. */
  both(one: number, other: number): number;
}

/** A number for the fields of an operation, with its fragments where they are spread. Each is measured once: expanding every spread takes exponential time. */
function measured(document: DocumentNode, operation: OperationDefinitionNode, { field, both }: Measure): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const known = new Map<string, number>();

  const ofSet = (set: SelectionSetNode | undefined): number => {
    let all = 0;
    for (const selection of set?.selections ?? []) {
      let one: number;
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const name = selection.name.value;
        one = known.get(name) ?? ofSet(fragments.get(name)?.selectionSet);
        known.set(name, one);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) one = ofSet(selection.selectionSet);
      else one = field(selection.name.value, ofSet(selection.selectionSet));
      all = both(all, one);
    }
    return all;
  };
  return ofSet(operation.selectionSet);
}

/** The depth of nested fields; introspection, which graphql bounds itself, does not count. */
const depth: Measure = { field: (name, inside) => (name.startsWith("__") ? 0 : 1 + inside), both: Math.max };
const count: Measure = { field: (_name, inside) => 1 + inside, both: (one, other) => one + other };

/** How many fields an operation of a valid document has, in each place where a fragment is spread. */
export const fieldsOf = (document: DocumentNode, operation: OperationDefinitionNode): number => measured(document, operation, count);

/** Refuses, with a `GraphQLError`, an operation of a valid document that is too deep. */
export function checkDepth(document: DocumentNode, operation: OperationDefinitionNode): void {
  const levels = measured(document, operation, depth);
  if (levels > bounds.graphqlDepth) throw new GraphQLError(`The operation is ${levels} levels deep; at most ${bounds.graphqlDepth} are allowed.`);
}

function costOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Record<string, unknown>): number {
  const operationName = operation.name?.value;
  return getComplexity({ schema, query: document, estimators: [estimate], ...(operationName !== undefined && { operationName }), variables });
}

/** The value of a type with which a list is the longest, and a page one after the first. */
function largest(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return largest(type.ofType);
  if (isListType(type)) return Array(longest).fill(largest(type.ofType));
  if (isInputObjectType(type)) return Object.fromEntries(Object.values(type.getFields()).map((field) => [field.name, largest(field.type)]));
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (type === GraphQLInt || type === GraphQLFloat) return longest;
  return type === GraphQLBoolean ? true : "1";
}

/** Whether fields are there or not as variables say. */
function hasConditions(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive: ({ arguments: given = [] }) => {
      found ||= given.some(({ value }) => value.kind === Kind.VARIABLE);
    },
  });
  return found;
}

/**
 * Returns what refuses, with a `GraphQLError`, variables with which an operation of a valid document costs too much. A field
 * costs 1, one that makes a call 50; fields below a list count `limit` times, so aliases and nested lists add up.
 */
export function costCheck(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): (variables: Record<string, unknown>) => void {
  const given = (operation.variableDefinitions ?? []).map(({ variable, type }) => [variable.name.value, typeFromAST(schema, type)] as const);
  const most = Object.fromEntries(given.map(([name, type]) => [name, isInputType(type) ? largest(type) : undefined]));
  // What costs little with any variables is not measured again.
  if (!hasConditions(document) && costOf(schema, document, operation, most) <= bounds.graphqlCost) return () => {};
  return (variables) => {
    const cost = costOf(schema, document, operation, variables);
    if (cost > bounds.graphqlCost)
      throw new GraphQLError(`The operation costs ${cost}; at most ${bounds.graphqlCost} is allowed. Ask for shorter lists or fewer fields.`);
  };
}
