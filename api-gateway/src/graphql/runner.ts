import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
} from "graphql";
import { compileQuery, isCompiledQuery } from "graphql-jit";
import type { GraphqlContext } from "./context.ts";
import { fieldsOf } from "./weight.ts";

export type RunOperation = (variables: Record<string, unknown>, context: GraphqlContext) => ExecutionResult | Promise<ExecutionResult>;

/** Compiling costs as much as running some thirty times: it pays for what is asked again and again, and so what the cache keeps. */
const interpretedRuns = 50;
/** Compiling takes about 0.1 ms a field, and all else waits for it. */
const mostFields = 150;

/** Of null where a service should have given something, the interpreter's error has a cause, and is none of the client's. */
const withCause = (error: GraphQLError): GraphQLError =>
  error.originalError || !error.message.startsWith("Cannot return null for non-nullable field")
    ? error
    : Object.create(error, { originalError: { value: new Error(error.message) } });
const withCauses = ({ errors, ...result }: ExecutionResult): ExecutionResult => (errors ? { errors: errors.map(withCause), ...result } : result);

/**
 * Runs an operation of a valid document: the first times field by field, then by a function that is made for it. Both give the same,
 * but that a condition which is null is an error of the interpreter only, and does not hold for the function.
 */
export function runnerOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, interpreted = interpretedRuns): RunOperation {
  const operationName = operation.name?.value;
  const interpret: RunOperation = (variableValues, contextValue) => execute({ schema, document, operationName, variableValues, contextValue });
  let run = interpret;
  let left = interpreted;
  function compile(): void {
    if (fieldsOf(document, operation) > mostFields) return;
    const compiled = compileQuery(schema, document, operationName);
    if (!isCompiledQuery(compiled)) return;
    run = (variables, context) => {
      // What is wrong with variables is said as the interpreter says it.
      const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, { maxErrors: 50 });
      if (errors) return { errors };
      const result = compiled.query(undefined, context, variables);
      return result instanceof Promise ? result.then(withCauses) : withCauses(result);
    };
  }
  return (variables, context) => {
    if (left-- === 0) compile();
    return run(variables, context);
  };
}
