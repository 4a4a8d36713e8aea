import { buildSchema, type ExecutionResult, GraphQLError, type GraphQLSchema, getOperationAST, isObjectType, parse, validate } from "graphql";
import { describe, expect, test } from "vitest";
import type { GraphqlContext } from "./context.ts";
import { runnerOf } from "./runner.ts";

const typeDefs = /* GraphQL */ `
  type Query {
    item(id: ID!, colour: Colour = RED): Item
    items(limit: Int = 2, input: Input): [Item!]
    strict: Item!
    number: Int
  }
  type Mutation {
    add(input: Input!): Item
  }
  enum Colour {
    RED
    BLUE
  }
  input Input {
    name: String!
    tags: [String!] = ["one"]
    colour: Colour
  }
  type Item {
    id: ID!
    name: String!
    nothing: String
    broken: String
    required: String!
    given: String
    colour: Colour
    tags: [String!]
    items(limit: Int = 1): [Item!]
  }
`;

const written = (given: Record<string, unknown>) =>
  JSON.stringify(Object.fromEntries(Object.entries(given).sort(([one], [other]) => one.localeCompare(other))));
/** With calls in the order in which resolvers were entered. */
function schemaOf(calls: string[]): GraphQLSchema {
  const schema = buildSchema(typeDefs);
  const item = (id: string, more: object = {}) => ({ id, name: `Item ${id}`, nothing: null, colour: "BLUE", tags: ["a", "b"], ...more });
  const resolvers: Record<string, Record<string, (parent: Record<string, unknown>, given: Record<string, unknown>) => unknown>> = {
    Query: {
      item: async (_parent, given) => (given["id"] === "none" ? null : item(String(given["id"]), { given: written(given) })),
      items: (_parent, given) =>
        Array.from({ length: Number(given["limit"]) }, (_, n) => (n === 1 ? Promise.resolve(item("1")) : item(String(n), { given: written(given) }))),
      strict: () => null,
      number: () => "no number",
    },
    Mutation: { add: async (_parent, given) => item("9", { given: written(given) }) },
    Item: {
      broken: async () => {
        throw new GraphQLError("broken", { extensions: { code: "not_found" } });
      },
      required: () => null,
      items: async (_parent, given) => Array.from({ length: Number(given["limit"]) }, (_, n) => item(`inner ${n}`)),
    },
  };
  for (const [typeName, ofFields] of Object.entries(resolvers))
    for (const [name, resolve] of Object.entries(ofFields)) {
      const type = schema.getType(typeName);
      const field = isObjectType(type) ? type.getFields()[name] : undefined;
      if (!field) throw new Error(`no field ${typeName}.${name}`);
      field.resolve = (parent, given) => {
        calls.push(`${typeName}.${name} ${written(given)}`);
        return resolve(parent, given);
      };
    }
  return schema;
}

async function outcomeOf(text: string, variables: Record<string, unknown>, interpretedRuns: number) {
  const calls: string[] = [];
  const schema = schemaOf(calls);
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  const operation = getOperationAST(document);
  if (!operation) throw new Error("no operation");
  const { data, errors = [] }: ExecutionResult = await runnerOf(schema, document, operation, interpretedRuns)(variables, {} as GraphqlContext);
  const told = errors.map(({ message, path, locations, originalError }) => ({
    message,
    path,
    locations,
    cause: originalError instanceof GraphQLError ? undefined : originalError?.message,
  }));
  return { data, errors: told.sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other))), calls };
}

describe("a compiled operation gives what the interpreter gives", () => {
  const fields = "fragment Fields on Item { id colour ...Names } fragment Names on Item { name tags }";
  test.each<[string, string, Record<string, unknown>?]>([
    ["aliases and arguments", `{ one: item(id: "1") { id given } other: item(id: 2, colour: BLUE) { number: id given } items { id } }`],
    ["null and lists", `{ item(id: "none") { id } items(limit: 0) { id } item2: item(id: "1") { nothing tags colour } }`],
    ["fragments", `{ item(id: "1") { ...Fields ... on Item { nothing } __typename } items { ...Fields } } ${fields}`],
    [
      "conditions",
      `query ($yes: Boolean!, $no: Boolean = false) { item(id: "1") { id @include(if: $yes) name @skip(if: $yes) nothing @include(if: $no) } }`,
      { yes: true },
    ],
    ["conditions that are the other way", `query ($yes: Boolean!) { item(id: "1") { id @include(if: $yes) ... @skip(if: $yes) { name } } }`, { yes: false }],
    [
      "variables and their defaults",
      `query ($id: ID!, $limit: Int = 3, $input: Input) { item(id: $id) { given } items(limit: $limit, input: $input) { given } }`,
      { id: 7, input: { name: "x" } },
    ],
    [
      "variables that are left out, and null",
      `query ($limit: Int, $colour: Colour) { items(limit: 1, input: { name: "x", colour: $colour }) { given } item(id: "1", colour: $colour) { given } inner: items { items(limit: $limit) { id } } }`,
      { colour: null },
    ],
    [
      "variables of the wrong type",
      `query ($id: ID!, $limit: Int, $input: Input) { item(id: $id) { id } items(limit: $limit, input: $input) { id } }`,
      { limit: "many", input: { tags: 1, more: 2 } },
    ],
    ["a value that an enum does not have", `query ($colour: Colour) { item(id: "1", colour: $colour) { id } }`, { colour: "GREEN" }],
    ["errors of resolvers", `{ item(id: "1") { id broken items(limit: 2) { broken } } }`],
    ["null where there must be something", `{ item(id: "1") { id required } items { items { required } id } }`],
    ["null at the top", "{ strict { id } }"],
    ["a value of another type", "{ number }"],
    ["null for an argument that must be there", `query ($id: ID = "1") { item(id: $id) { id } }`, { id: null }],
    [
      "a mutation",
      `mutation ($input: Input!) { first: add(input: $input) { given } second: add(input: { name: "y", colour: RED }) { given broken } }`,
      { input: { name: "x" } },
    ],
    ["introspection", `{ __schema { queryType { name } } __type(name: "Item") { fields { name type { kind ofType { name } } } } }`],
  ])("with %s", async (_what, text, variables = {}) => {
    const interpreted = await outcomeOf(text, variables, Number.POSITIVE_INFINITY);
    expect(await outcomeOf(text, variables, 0)).toEqual(interpreted);
    expect(interpreted.data ?? interpreted.errors[0]).toBeTruthy();
  });
});

test("what is too large for it is interpreted: a fragment in a fragment doubles it", async () => {
  const doubling = Array.from(
    { length: 40 },
    (_, n) => `fragment F${n} on Item { a${n}: items(limit: 0) { ...F${n + 1} } b${n}: items(limit: 0) { ...F${n + 1} } }`,
  );
  const text = `{ item(id: "1") { ...F0 } } ${doubling.join(" ")} fragment F40 on Item { id }`;
  const calls: string[] = [];
  const schema = schemaOf(calls);
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error("no operation");
  expect(await runnerOf(schema, document, operation, 0)({}, {} as GraphqlContext)).toEqual({ data: { item: { a0: [], b0: [] } } });
});
