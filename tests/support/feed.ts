import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { databaseOf } from "@newfeed/shared/contracts/services.ts";
import { readConfig } from "@newfeed/shared/runtime/config.ts";
import { createServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { inject } from "vitest";
import { type Feed, startFeed, storingServices } from "../../app/feed.ts";

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any;
}

/** Who calls with a Bearer token, as an app does. */
export interface SignedIn {
  token: string;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  patch(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  delete(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  graphql(query: string, variables?: Record<string, unknown>): Promise<Answer>;
}

/** A user with an account. */
export interface Person extends SignedIn {
  id: UserId;
  username: string;
  email: string;
  password: string;
  refreshToken: string;
}

/** How tests call a feed. */
export interface Callers {
  /** Calls anonymously, unless `headers` authenticate. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Signs a user up, under a new name that begins with `name`. */
  person(name?: string): Promise<Person>;
}

export interface TestFeed extends Feed, Callers {
  directory: string;
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const json = /\bjson/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, headers: response.headers, body: json && text ? JSON.parse(text) : text };
}

export function signedIn({ call }: Pick<Callers, "call">, token: string): SignedIn {
  const signed = (headers?: Record<string, string>) => ({ authorization: `Bearer ${token}`, ...headers });
  return {
    token,
    get: (path, headers) => call("GET", path, undefined, signed(headers)),
    post: (path, data, headers) => call("POST", path, data, signed(headers)),
    patch: (path, data, headers) => call("PATCH", path, data, signed(headers)),
    delete: (path, data, headers) => call("DELETE", path, data, signed(headers)),
    graphql: (query, variables) => call("POST", "/graphql", { query, variables }, signed()),
  };
}

/** Signs a user in once more, in a session of its own. Throws when that is refused. */
export async function signInAs(callers: Pick<Callers, "call">, { email, password }: Pick<Person, "email" | "password">): Promise<SignedIn> {
  const { status, body } = await callers.call("POST", "/api/auth/login", { email, password });
  if (status !== 200) throw new Error(`sign-in failed with ${status}: ${JSON.stringify(body)}`);
  return signedIn(callers, body.data.tokens.accessToken);
}

export function callersOf(url: string): Callers {
  let count = 0;

  const call: Callers["call"] = async (method, path, body, headers = {}) =>
    read(
      await fetch(url + path, {
        method,
        headers: { ...(body !== undefined && !(body instanceof FormData) && { "content-type": "application/json" }), ...headers },
        ...(body !== undefined && { body: body instanceof FormData || typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    );

  return {
    call,
    async person(name = "user") {
      const username = `${name}_${++count}`;
      const account = { username, email: `${username}@test.com`, password: "Test123" };
      const { status, body } = await call("POST", "/api/auth/signup", { ...account, fullName: `${name} Tester` });
      if (status !== 201) throw new Error(`sign-up failed with ${status}: ${JSON.stringify(body)}`);
      const { accessToken, refreshToken } = body.data.tokens;
      return { id: body.data.user.id, ...account, refreshToken, ...signedIn({ call }, accessToken) };
    },
  };
}

/** Copying a migrated database takes a fraction of the time of its migrations. */
async function makeDatabases(prefix: string): Promise<void> {
  await Promise.all(storingServices.map((service) => createServiceDatabase(prefix + databaseOf(service.name), service)));
}

/** Starts the whole feed in this process, with its own databases, empty unless `prepare` makes them, and data folder, on free ports. */
export async function startTestFeed(environment: Record<string, string> = {}, prepare = makeDatabases): Promise<TestFeed> {
  const directory = mkdtempSync(join(tmpdir(), "newfeed-test-"));
  const prefix = `t${randomBytes(6).toString("hex")}_`;
  await prepare(prefix);
  const feed = await startFeed(
    readConfig({
      NODE_ENV: "test",
      PORT: "0",
      NOTIFICATION_PORT: "0",
      GRPC_PORT: "0",
      NEWFEED_DATA_DIR: directory,
      DATABASE_URL: new URL("/", inject("poolerUrl") ?? inject("databaseUrl")).href,
      ...(inject("poolerUrl") !== null && { DATABASE_POOLING: "transaction" }),
      DATABASE_PREFIX: prefix,
      RATE_LIMIT_FACTOR: "1000",
      CHEAP_PASSWORD_HASHES: "true",
      // Tests call no strangers.
      LINK_PREVIEWS: "false",
      LOG_LEVEL: process.env.LOG_LEVEL ?? "error",
      ...environment,
    }),
  );
  return {
    ...feed,
    ...callersOf(feed.url),
    directory,
    async close() {
      await feed.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
