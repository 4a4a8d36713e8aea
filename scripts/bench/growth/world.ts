import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { publicRoutes } from "@newfeed/shared/contracts/routes/index.ts";
import { storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { pathFor } from "@newfeed/shared/http/service-client.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import type { World } from "./lines.ts";
import { type Role, roles, type Size, type Users } from "./size.ts";

const password = "Test123";
/** Access tokens live for fifteen minutes. */
const renewedAfterMs = 8 * 60_000;

interface SignedIn {
  data: { user: { id: string }; tokens: { accessToken: string } };
}

/** Signs up those users of a feed that have an account. `mails`: the folder that it sends to. */
export async function openWorld(
  { url, mails, makeAdministrator }: { url: string; mails: string; makeAdministrator: (username: string) => Promise<unknown> },
  size: Size,
  now: Date,
): Promise<World & { renew(): Promise<void> }> {
  const tokens = new Map<Role, string>();
  let signedInAt = Date.now();

  async function send<T>(method: string, path: string, as: Role | null, body?: unknown): Promise<T> {
    const isForm = body instanceof FormData;
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(as && { authorization: `Bearer ${tokens.get(as)}` }),
        ...(body !== undefined && !isForm && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 1_000)}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }
  const call: World["call"] = (route, as, { params, query = {}, body } = {}) => {
    if (route === "logout") signedInAt = 0;
    const { method, path } = publicRoutes[route];
    const search = new URLSearchParams(Object.entries(query).map(([key, value]): [string, string] => [key, String(value)])).toString();
    return send(method.toUpperCase(), pathFor(path, params) + (search && `?${search}`), as, body);
  };

  const signedUp = await Promise.all(
    roles.map(async (role) => {
      const account = { username: `the_${role}`, email: `${role}@example.com`, password };
      const { data } = await call<SignedIn>("signup", null, { body: account });
      tokens.set(role, data.tokens.accessToken);
      return [role, data.user.id];
    }),
  );
  // The writer administers, too; tokens say it from the next sign-in on.
  await makeAdministrator("the_writer");
  const { data: administrator } = await call<SignedIn>("login", null, { body: { email: "writer@example.com", password } });
  tokens.set("writer", administrator.tokens.accessToken);
  return {
    size,
    now,
    password,
    users: Object.fromEntries(signedUp) as Users,
    call,
    async linkSentTo(address, subject) {
      for (;;) {
        const sent = existsSync(mails) ? readdirSync(mails).filter((name) => name.endsWith(".eml")) : [];
        for (const name of sent.sort().reverse()) {
          // Soft line breaks and the equals sign of quoted-printable (RFC 2045, 6.7).
          const mail = readFileSync(join(mails, name), "utf8").replaceAll("=\r\n", "");
          const token = /#token=(?:3D)?([\w-]+)/.exec(mail)?.[1];
          if (token && mail.includes(`To: ${address}`) && subject.test(mail)) return token;
        }
        await sleep(20);
      }
    },
    async graphql<T>(as: Role | null, query: string, variables?: Record<string, unknown>) {
      const { data, errors } = await send<{ data: Record<string, { success?: boolean; message?: string } | null>; errors?: unknown }>("POST", "/graphql", as, {
        query,
        variables,
      });
      const refused = Object.values(data).find((result) => result?.success === false);
      if (errors || refused) throw new Error(`${query}: ${JSON.stringify(errors ?? refused)}`);
      return data as T;
    },
    /** Signs in again those whose tokens may end. */
    async renew() {
      if (Date.now() - signedInAt < renewedAfterMs) return;
      for (const role of tokens.keys()) {
        const body = { email: `${role}@example.com`, password };
        const signedIn = await call<SignedIn>("login", null, { body }).catch(() => undefined);
        if (signedIn) tokens.set(role, signedIn.data.tokens.accessToken);
        // Deleted meanwhile.
        else tokens.delete(role);
      }
      signedInAt = Date.now();
    },
  };
}

/** SQL that counts what is still to be done, up to a number. */
const count = (from: string) => `(SELECT count(*) FROM (SELECT FROM ${from} LIMIT 1000) waiting)`;
/** Of every service: events to send, and jobs. */
const waiting = [count("newfeed.outbox WHERE sent_at IS NULL"), count("newfeed.bulk_event"), count("newfeed.job")];

/** Resolves when no event is on its way, and no job is left. Says each ten seconds what it waits for. */
export async function settle(databases: readonly RawDatabase[], bus: RawDatabase, progress: (line: string) => void): Promise<void> {
  let saidAt = Date.now();
  // Twice in a row: an event handler may enqueue another event.
  for (let quiet = 0; quiet < 2; ) {
    const counts = await Promise.all([
      ...databases.map(({ query }) => query<{ n: number }>(`SELECT ${waiting.join(" + ")} AS n`)),
      bus.query<{ n: number }>("SELECT count(*) AS n FROM (SELECT FROM message LIMIT 1000) waiting"),
    ]);
    const each = counts.map(([row]) => row?.n ?? 0);
    quiet = each.every((n) => n === 0) ? quiet + 1 : 0;
    if (Date.now() - saidAt > 10_000) {
      saidAt = Date.now();
      progress(`waiting for ${[...storingServiceNames, "bus"].map((name, index) => `${name} ${each[index]}`).join(", ")}`);
    }
    if (quiet < 2) await sleep(20);
  }
}
