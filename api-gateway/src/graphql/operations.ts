import { type DocumentNode, GraphQLError, type GraphQLSchema, getOperationAST, OperationTypeNode, parse, validate } from "graphql";

import { createDocumentCache } from "./document-cache.ts";
import { createIntrospectionPrice } from "./introspection.ts";
import { type RunOperation, runnerOf } from "./runner.ts";
import { type SubscribeOperation, subscriberOf } from "./subscriber.ts";
import { checkTokens } from "./tokens.ts";
import { checkDepth, costCheck } from "./weight.ts";

/** An operation of a valid document: it is run once, or it is a subscription. */
export type Operation = OperationCosts & ({ run: RunOperation } | { subscribe: SubscribeOperation });

interface OperationCosts {
  /** What its introspection costs. */
  points: number;
  /** Throws a `GraphQLError` for variables with which it costs too much. */
  checkCost(variables: Record<string, unknown>): void;
}

/** What is wrong with a document. */
export class InvalidDocument extends Error {
  readonly errors: readonly GraphQLError[];
  constructor(errors: readonly GraphQLError[]) {
    super("The document is invalid.");
    this.errors = errors;
  }
}

const unnamed = "The document has no operation, or more than one: give operationName.";

/** Marks what is no document, or names no operation of it. */
const unreadable = (error: GraphQLError) =>
  new GraphQLError(error.message, { source: error.source, positions: error.positions, extensions: { code: "malformed_request" } });

function parseDocument(text: string): DocumentNode {
  try {
    checkTokens(text);
    return parse(text);
  } catch (error) {
    throw error instanceof GraphQLError ? unreadable(error) : error;
  }
}

/**
 * Finds the operation of a document's text that a request names, as far as it does not depend on variables: the document
 * is valid, and the operation not too deep. Throws `GraphQLError`, `InvalidDocument`. What is asked again is remembered.
 */
export function createOperations(schema: GraphQLSchema): (text: string, operationName: string | undefined) => Operation {
  const introspectionPrice = createIntrospectionPrice(schema);
  return createDocumentCache((text, operationName) => {
    const document = parseDocument(text);
    const operation = getOperationAST(document, operationName);
    if (!operation) throw unreadable(new GraphQLError(operationName === undefined ? unnamed : `The document has no operation ${operationName}.`));
    const errors = validate(schema, document);
    if (errors.length > 0) throw new InvalidDocument(errors);
    checkDepth(document, operation);
    const costs = { points: introspectionPrice(document, operation), checkCost: costCheck(schema, document, operation) };
    return operation.operation === OperationTypeNode.SUBSCRIPTION
      ? { ...costs, subscribe: subscriberOf(schema, document, operation) }
      : { ...costs, run: runnerOf(schema, document, operation) };
  });
}
