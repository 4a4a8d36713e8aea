import { typeDefs } from "@newfeed/api-gateway/graphql/schema.ts";
import { publicRoutes } from "@newfeed/shared/contracts/routes/index.ts";
import { expect, test } from "vitest";
import { graphqlLines } from "../scripts/bench/growth/graphql-lines.ts";
import { routeLines } from "../scripts/bench/growth/route-lines.ts";

test("each route has its lines", () => {
  const lines = routeLines();
  expect(Object.keys(publicRoutes).filter((name) => !(name in lines))).toEqual([]);
});

test("each of GraphQL's queries and mutations has a line", () => {
  const fields = ["Query", "Mutation"].flatMap((type) => {
    const body = new RegExp(`type ${type} \\{(.*?)\\n  \\}`, "s").exec(typeDefs)?.[1] ?? "";
    return [...body.matchAll(/^ {4}(\w+)/gm)].map(([, name]) => name);
  });
  expect(fields.length).toBeGreaterThan(10);
  const names = graphqlLines().map(({ name }) => name);
  expect(fields.filter((field) => !names.some((name) => new RegExp(`^GraphQL ${field}\\b`).test(name)))).toEqual([]);
});
