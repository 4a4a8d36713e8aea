import { randomUUID } from "node:crypto";
import { createServer, get, IncomingMessage, ServerResponse } from "node:http";
import { type AddressInfo, Socket } from "node:net";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { type Event, parseEvent } from "@newfeed/shared/contracts/events.ts";
import { asSessionId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import type { ExportQuery, TailQuery } from "@newfeed/shared/contracts/routes/events.ts";
import type { Viewer } from "@newfeed/shared/ports/call.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { encodeKey } from "@newfeed/shared/store/cursors.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { applyEvents } from "@newfeed/shared/testing/handle-events.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { firstIdAt } from "../event-ids.ts";
import { filtersOf } from "../events.ts";
import { exportEvents } from "../export.ts";
import { createHandlers } from "../handlers.ts";
import { eventService } from "../service.ts";
import { appendEvents, createStore, type Store } from "../store.ts";
import { createTails } from "./tail.ts";

const auditor: Viewer = { userId: asUserId(randomUUID()), sessionId: asSessionId(randomUUID()), roles: ["auditor"] };

let database: RawDatabase;
let store: Store;
beforeAll(async () => {
  database = await openServiceDatabase("event", eventService);
  store = createStore(database);
});
afterAll(() => database.close());
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const keep = (...events: readonly Event[]) => applyEvents(database, createHandlers(365), events);
const idsOf = (events: readonly { id: string }[]) => events.map(({ id }) => id);
/** A pin by this user, made at this time. */
const pinBy = (userId: string, time = Date.now(), type = "post.pinned") => {
  const postId = randomUUID();
  const body = {
    ...{ id: `${firstIdAt(time).slice(0, 14)}7${randomUUID().slice(15)}`, type, aggregate: { type: "post", id: postId, revision: 1 } },
    ...{ actorId: userId, occurredAt: new Date(time).toISOString(), correlationId: `test:${randomUUID()}`, data: { postId, userId } },
  };
  return parseEvent(JSON.stringify(body)) as Event;
};

describe("the export", () => {
  const read = async (query: ExportQuery) => {
    const lines: Record<string, unknown>[] = [];
    for await (const text of exportEvents(store, auditor, query)) lines.push(JSON.parse(text));
    return lines;
  };

  test("gives each event that is asked for once, oldest first, and says how far it is", async () => {
    const user = asUserId(randomUUID());
    const start = Date.now() - 60_000;
    const events = Array.from({ length: 250 }, (_, n) => pinBy(user, start + n, n % 2 ? "post.pinned" : "post.unpinned"));
    await keep(...events, pinBy(randomUUID(), start + 5));
    expect(await read({ actor: user })).toMatchObject(idsOf(events).map((id) => ({ id })));
    const pinned = await read({ actor: user, type: "POST_PINNED", progress: "true" });
    expect(pinned.filter(({ id }) => id)).toMatchObject(idsOf(events.filter(({ type }) => type === "post.pinned")).map((id) => ({ id })));
    expect(pinned.at(-1)).toMatchObject({ progress: { share: 1, events: 125 } });
    const shares = pinned.flatMap(({ progress }) => (progress ? [(progress as { share: number }).share] : []));
    expect(shares.length).toBeGreaterThan(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    const [from, to] = [new Date(start + 10).toISOString(), new Date(start + 20).toISOString()];
    expect(await read({ actor: user, from, to })).toMatchObject(idsOf(events.slice(10, 20)).map((id) => ({ id })));
    expect(await read({ actor: user, from: to, to: from })).toEqual([]);
  });

  test("goes on where few of very many are asked for", async () => {
    const user = asUserId(randomUUID());
    const start = Date.now() - 3_600_000;
    const events = Array.from({ length: 2_300 }, (_, n) => pinBy(user, start + n, n === 0 || n === 2_299 ? "post.pinned" : "post.unpinned"));
    await keep(...events);
    const correlation = events[2_299]?.correlationId ?? "";
    expect(await read({ actor: user, correlation })).toHaveLength(1);
    const from = new Date(start).toISOString();
    const to = new Date(start + 2_300).toISOString();
    const other = pinBy(user, start + 2_299);
    await keep(other);
    expect((await read({ from, to, aggregate: other.aggregate.id })).map(({ id }) => id)).toEqual([other.id]);
    expect(await read({ actor: user, type: "post.pinned" })).toHaveLength(3);
  });

  test("reads no page before the one before it is taken", async () => {
    await keep(...Array.from({ length: 300 }, () => pinBy(randomUUID())));
    let pages = 0;
    const counting: Pick<Store, "list"> = {
      list(...given) {
        pages++;
        return store.list(...given);
      },
    };
    const lines = exportEvents(counting, auditor, {});
    for (let n = 0; n < 100; n++) await lines.next();
    expect(pages).toBe(1);
    await lines.next();
    expect(pages).toBe(2);
    await lines.return(undefined);
  });

  test("is for auditors and administrators", () => {
    for (const roles of [[], ["moderator"]]) expect(() => exportEvents(store, { ...auditor, roles }, {})).toThrow(new Problem("forbidden"));
  });
});

describe("the tail", () => {
  /** What a server sends that follows the store as the query says. */
  async function serve(
    query: TailQuery,
    times: { pollMs?: number; openMs?: number } = {},
    viewer = auditor,
    followed: Pick<Store, "newestStored" | "storedBehind"> = store,
  ) {
    const tails = createTails({ store: followed, times: { pollMs: 20, ...times } });
    const refusals: unknown[] = [];
    let open = 0;
    const server = createServer((request, response) => {
      open++;
      tails
        .follow(viewer, query, request.headers["last-event-id"] as string | undefined, response)
        .catch((error: unknown) => {
          refusals.push(error);
          response.destroy();
        })
        .finally(() => open--);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closers.push(() => {
      tails.close();
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    /** What a client gets that connects, behind a position. */
    function connect(lastEventId?: string) {
      const client = { text: "", ended: false, response: undefined as IncomingMessage | undefined, leave: () => request.destroy() };
      const request = get({ port, host: "127.0.0.1", headers: { ...(lastEventId !== undefined && { "last-event-id": lastEventId }) } }, (response) => {
        client.response = response;
        response.on("data", (chunk) => {
          client.text += chunk;
        });
        response.on("close", () => {
          client.ended = true;
        });
        response.on("error", () => {});
      });
      request.on("error", () => {});
      return client;
    }
    return { tails, refusals, connect, open: () => open };
  }
  const idsIn = (text: string) => [...text.matchAll(/^event: event\ndata: (.*)$/gm)].map(([, data]) => (JSON.parse(data ?? "") as { id: string }).id);
  const positionIn = (text: string) => [...text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? "";

  test("sends what is stored from now on in that order, also what was made earlier, and goes on behind a position", async () => {
    const user = asUserId(randomUUID());
    await keep(pinBy(user));
    await eventually(async () => expect((await store.newestStored())?.actorId).toBe(user));
    const { connect } = await serve({ actor: user });
    const client = connect();
    await eventually(() => expect(client.text).toContain("id: "));
    const [first, late, other] = [pinBy(user), pinBy(user, Date.now() - 3_600_000), pinBy(randomUUID())];
    await keep(first);
    await keep(other);
    await keep(late);
    await eventually(() => expect(idsIn(client.text)).toEqual([first.id, late.id]));
    client.leave();
    const more = Array.from({ length: 230 }, () => pinBy(user));
    await keep(...more);
    const again = connect(positionIn(client.text));
    await eventually(() => expect(new Set(idsIn(again.text))).toEqual(new Set(idsOf(more))));
    expect(idsIn(again.text)).toHaveLength(more.length);
  });

  test("misses nothing of a transaction that takes long, and sends nothing that was stored behind it before", async () => {
    const user = asUserId(randomUUID());
    await keep(pinBy(user));
    await eventually(async () => expect((await store.newestStored())?.actorId).toBe(user));
    let polls = 0;
    const { connect } = await serve({ actor: user }, {}, auditor, {
      ...store,
      storedBehind(...given) {
        polls++;
        return store.storedBehind(...given);
      },
    });
    const client = connect();
    await eventually(() => expect(client.text).toContain("id: "));
    const [slow, quick] = [pinBy(user), pinBy(user)];
    const stored = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    const transaction = database.transaction(async (query) => {
      await appendEvents(query, [slow], JSON.stringify, 0);
      stored.resolve();
      await mayEnd.promise;
    });
    await stored.promise;
    await keep(quick);
    const [{ at } = { at: new Date() }] = await database.query<{ at: Date }>("SELECT clock_timestamp() AS at");
    await eventually(async () =>
      expect(await database.query("SELECT 1 WHERE clock_timestamp() > $1::timestamptz + interval '1200 milliseconds'", [at])).toHaveLength(1),
    );
    const before = polls;
    await eventually(() => expect(polls).toBeGreaterThan(before + 2));
    expect(idsIn(client.text)).toEqual([]);
    mayEnd.resolve();
    await transaction;
    await eventually(() => expect(idsIn(client.text)).toEqual([slow.id, quick.id]));
  });

  test("ends with its reader, after its time, and when the service stops", async () => {
    const { connect, tails, open } = await serve({});
    const leaving = connect();
    await eventually(() => expect(leaving.text).not.toBe(""));
    leaving.leave();
    await eventually(() => expect(open()).toBe(0));
    const staying = connect();
    await eventually(() => expect(staying.text).not.toBe(""));
    tails.close();
    await eventually(() => expect(staying.ended).toBe(true));
    expect(staying.text).toContain('event: closing\ndata: {"code":"shutdown"');
    const short = (await serve({}, { openMs: 50 })).connect();
    await eventually(() => expect(short.ended).toBe(true));
    expect(short.text).toContain('event: closing\ndata: {"code":"expired"');
  });

  test("reads no further than its client does", async () => {
    const user = asUserId(randomUUID());
    await keep(pinBy(user));
    await eventually(async () => expect((await store.newestStored())?.actorId).toBe(user));
    const newest = (await store.newestStored()) as { storedAt: Date; id: string };
    const start = { at: newest.storedAt, id: newest.id };
    await keep(...Array.from({ length: 150 }, () => pinBy(user)));
    await eventually(async () => expect((await store.storedBehind(start, filtersOf({ actor: user }), 100)).rows).toHaveLength(101));
    let pages = 0;
    const counting: Pick<Store, "newestStored" | "storedBehind"> = {
      ...store,
      storedBehind(...given) {
        pages++;
        return store.storedBehind(...given);
      },
    };
    const response = new ServerResponse(new IncomingMessage(new Socket()));
    let written = 0;
    response.write = () => {
      written++;
      return false;
    };
    const waits = () => eventually(() => expect(response.listenerCount("drain")).toBe(1));
    const following = createTails({ store: counting }).follow(auditor, { actor: user }, encodeKey(start), response);
    for (let n = 0; n < 100; n++) {
      await waits();
      response.emit("drain");
    }
    await waits();
    expect({ written, pages }).toEqual({ written: 101, pages: 1 });
    response.emit("close");
    await following;
  });

  test("refuses others, a type that is none, and a position that is none", async () => {
    const refused = async (code: string, query: TailQuery, viewer?: Viewer, lastEventId?: string) => {
      const { connect, refusals } = await serve(query, {}, viewer);
      connect(lastEventId);
      await eventually(() => expect(refusals).toMatchObject([{ code }]));
    };
    await refused("forbidden", {}, { ...auditor, roles: ["moderator"] });
    await refused("validation_failed", { type: "POST_PAINTED" });
    await refused("validation_failed", {}, auditor, "nowhere");
  });

  test("follows fifty at a time", async () => {
    const { connect, refusals, open } = await serve({});
    const clients = Array.from({ length: 50 }, () => connect());
    await eventually(() => expect(clients.every(({ text }) => text !== "")).toBe(true));
    connect();
    await eventually(() => expect(refusals).toMatchObject([{ code: "too_many_streams" }]));
    clients[0]?.leave();
    await eventually(() => expect(open()).toBe(49));
    const next = connect();
    await eventually(() => expect(next.text).not.toBe(""));
  });
});
