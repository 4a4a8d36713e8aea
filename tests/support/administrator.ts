import type { Person, TestFeed } from "./feed.ts";

/** A user who has signed in after they were given the administrator's role. */
export async function administratorOf(feed: TestFeed, name = "root_like"): Promise<Person> {
  const person = await feed.person(name);
  const { query } = await feed.platform.openDatabase("auth-service");
  await query("UPDATE account SET roles = roles || '{admin}' WHERE id = $1", [person.id]);
  const { body } = await feed.call("POST", "/api/auth/login", { email: person.email, password: person.password });
  const token: string = body.data.tokens.accessToken;
  const headers = { authorization: `Bearer ${token}` };
  return {
    ...person,
    token,
    get: (path) => feed.call("GET", path, undefined, headers),
    post: (path, data) => feed.call("POST", path, data, headers),
    patch: (path, data) => feed.call("PATCH", path, data, headers),
    delete: (path, data) => feed.call("DELETE", path, data, headers),
    graphql: (query, variables) => feed.call("POST", "/graphql", { query, variables }, headers),
  };
}
