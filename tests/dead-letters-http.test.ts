import type { StoringServiceName } from "@newfeed/shared/contracts/services.ts";
import { keepDeadLetter } from "@newfeed/shared/outbox/dead-letters.ts";
import type { Message } from "@newfeed/shared/ports/bus.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { administratorOf, auditorOf } from "./support/administrator.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

describe("dead letters over HTTP", () => {
  const failure = { reason: "not JSON", detail: "a stack", tries: 1 };
  const keep = async (service: StoringServiceName, message: Partial<Message> & { id: string }, reason = failure.reason) => {
    const { query } = await feed.platform.openDatabase(service);
    await keepDeadLetter(query, { type: "comment.created", key: null, body: "not JSON", ...message }, null, false, { ...failure, reason });
  };

  test("administrators see those of all services, replay and drop them, and what was done stays", async () => {
    const [admin, auditor, user] = [await administratorOf(feed), await auditorOf(feed), await feed.person("user")];
    const ask = async (query = "") => (await auditor.get(`/api/v1/dead-letters${query}`)).body;
    const namesIn = ({ data }: { data: { service: string; messageId: string }[] }) => data.map(({ service, messageId }) => `${service} ${messageId}`);
    const act = (action: "replay" | "drop", body: object, who = admin) => who.post(`/api/v1/dead-letters/${action}`, body);

    for (const id of ["first", "second", "third"]) await keep("post-service", { id });
    await keep("post-service", { id: "other", type: "comment.deleted" }, "wrong schema");
    for (const id of ["fourth", "fifth"]) await keep("media-service", { id });
    const all = ["post-service first", "post-service second", "post-service third", "post-service other", "media-service fourth", "media-service fifth"];
    expect(namesIn(await ask())).toEqual(all);
    expect(namesIn(await ask("?service=media-service"))).toEqual(all.slice(4));
    expect(namesIn(await ask("?type=comment.deleted&reason=schema"))).toEqual(all.slice(3, 4));
    const pages: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page = await ask(`?limit=4${cursor && `&cursor=${cursor}`}`);
      pages.push(...namesIn(page));
      cursor = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    }
    expect(pages).toEqual(all);
    const { services } = await ask("/counts");
    expect(services).toEqual(expect.arrayContaining([{ service: "post-service", letters: 4 }, ...[{ service: "media-service", letters: 2 }]]));

    const [{ id }] = (await ask()).data;
    expect(await ask(`/post-service/${id}`)).toMatchObject({ service: "post-service", body: "not JSON", reason: "not JSON", detail: "a stack", tries: 1 });
    expect((await auditor.get("/api/v1/dead-letters/post-service/999999999")).status).toBe(404);
    expect((await act("drop", { service: "post-service", id: 999_999_999 })).status).toBe(404);
    expect((await act("drop", { service: "post-service", id })).body).toEqual({ letters: 1, next: null });
    expect((await act("drop", { service: "post-service", type: "comment.deleted" })).body).toEqual({ letters: 1, next: null });
    // They fail again, with another reason.
    expect((await act("replay", { service: "media-service" })).body).toEqual({ letters: 2, next: null });
    await eventually(async () => {
      const { data } = await ask("?service=media-service");
      expect(data.map(({ tries, replayAt }: { tries: number; replayAt: string | null }) => [tries > 1, replayAt])).toEqual([
        [true, null],
        [true, null],
      ]);
    });
    expect(namesIn(await ask())).toEqual([all[1], all[2], all[4], all[5]]);

    const steps = (await ask("/audit")).data;
    expect(steps).toMatchObject([
      { service: "media-service", action: "replay", letterId: null, letters: 2, actorId: admin.id },
      { service: "post-service", action: "drop", letterId: null, type: "comment.deleted", letters: 1 },
      { service: "post-service", action: "drop", letterId: id, type: "comment.created", letters: 1 },
    ]);
    const { data, pageInfo } = await ask("/audit?limit=2");
    expect([...data, ...(await ask(`/audit?cursor=${pageInfo.endCursor}`)).data]).toEqual(steps);

    expect((await act("drop", { service: "post-service" }, auditor)).status).toBe(403);
    expect((await act("replay", { service: "post-service" }, auditor)).status).toBe(403);
    for (const path of ["", "/counts", "/audit", `/post-service/${id}`]) expect((await user.get(`/api/v1/dead-letters${path}`)).status).toBe(403);
    expect((await auditor.get("/api/v1/dead-letters?cursor=nowhere")).status).toBe(400);
  });

  test("nothing that was deleted is readable", async () => {
    const [auditor, author] = [await auditorOf(feed, "auditor"), await feed.person("author")];
    const { body: post } = await author.post("/api/v1/posts", { content: "What it said", postType: "TEXT" });
    const { query } = await feed.platform.openDatabase("post-service");
    const [row] = await query<{ id: string; body: string }>("SELECT event_id AS id, body FROM newfeed.outbox WHERE type = 'post.created' AND key = $1", [
      post.id,
    ]);
    await keep("media-service", { id: row?.id ?? "", type: "post.created", body: row?.body ?? "" });
    const find = async () => {
      const { body } = await auditor.get("/api/v1/dead-letters?service=media-service&type=post.created");
      return (await auditor.get(`/api/v1/dead-letters/media-service/${body.data[0].id}`)).body.body;
    };
    expect(await find()).toContain("What it said");
    await author.delete(`/api/v1/posts/${post.id}`);
    await eventually(async () => expect(await find()).toBeNull());
  });
});
