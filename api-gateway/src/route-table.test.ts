import type { Route } from "@newfeed/shared/contracts/route.ts";
import { pathsOf, publicRoutes } from "@newfeed/shared/contracts/routes/index.ts";
import { expect, test } from "vitest";
import { createRouteTable } from "./route-table.ts";

function tableOf(...paths: [method: string, path: string][]) {
  const table = createRouteTable<string>();
  for (const [method, path] of paths) table.add(method, path, path);
  return (method: string, path: string) => {
    const found = table.find(method, path);
    return found && { leadsTo: found.value, ...found.params() };
  };
}

test("every public path leads to its own route, with its parameters", () => {
  const table = createRouteTable<Route>();
  for (const route of Object.values<Route>(publicRoutes)) for (const path of pathsOf(route)) table.add(route.method.toUpperCase(), path, route);
  for (const route of Object.values<Route>(publicRoutes))
    for (const path of pathsOf(route)) {
      const found = table.find(route.method.toUpperCase(), path.replace(/:(\w+)/g, "the-$1"));
      expect(found?.value, path).toBe(route);
      expect(found?.params(), path).toEqual(Object.fromEntries([...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => [name, `the-${name}`])));
    }
});

test("words go before parameters, and a parameter is tried where a word leads nowhere", () => {
  const find = tableOf(["GET", "/users/:id"], ["GET", "/users/me"], ["GET", "/users/:id/posts"], ["GET", "/users/me/export"]);
  expect(find("GET", "/users/me")).toEqual({ leadsTo: "/users/me" });
  expect(find("GET", "/users/mee")).toEqual({ leadsTo: "/users/:id", id: "mee" });
  expect(find("GET", "/users/me/posts")).toEqual({ leadsTo: "/users/:id/posts", id: "me" });
});

test("takes a slash at the end and HEAD for GET; knows other methods, other cases and empty parts from it", () => {
  const find = tableOf(["GET", "/posts/:id"], ["POST", "/posts"]);
  expect(find("GET", "/posts/1/")).toEqual({ leadsTo: "/posts/:id", id: "1" });
  expect(find("HEAD", "/posts/1")).toEqual({ leadsTo: "/posts/:id", id: "1" });
  for (const [method, path] of [
    ["DELETE", "/posts/1"],
    ["HEAD", "/posts"],
    ["GET", "/Posts/1"],
    ["GET", "/posts//"],
    ["GET", "/posts/1//"],
    ["GET", "/posts/1/2"],
    ["GET", "//posts/1"],
    ["GET", "/"],
    ["GET", "*"],
  ] as const)
    expect([method, path, find(method, path)]).toEqual([method, path, undefined]);
});

test("decodes parameters, and refuses what cannot be", () => {
  const find = tableOf(["GET", "/users/:id"]);
  expect(find("GET", "/users/a%2Fb%20%C3%A9")).toEqual({ leadsTo: "/users/:id", id: "a/b é" });
  for (const bad of ["%", "%zz", "%c3%28"]) expect(() => find("GET", `/users/${bad}`)).toThrow(expect.objectContaining({ code: "malformed_request" }));
});
