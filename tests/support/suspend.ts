import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { expect } from "vitest";
import { moderatorOf } from "./administrator.ts";
import type { Answer, Person, TestFeed } from "./feed.ts";

const cases = "/api/v1/moderation/cases";

/** Has moderators suspend a user, and waits until their session has ended. Gives what appeals with the answer of a refused sign-in. */
export async function suspend(feed: TestFeed, person: Pick<Person, "id" | "get">): Promise<(refused: Answer) => Promise<void>> {
  const [reporter, moderator] = [await feed.person("reporter"), await moderatorOf(feed)];
  await reporter.post("/api/v1/reports", { target: { type: "user", id: person.id }, reason: "spam" });
  const { id, revision } = await eventually(async () => {
    const { body } = await moderator.get(`${cases}?type=user`);
    const found = body.data.find(({ target }: { target: { id: string } }) => target.id === person.id);
    expect(found).toBeDefined();
    return found as { id: string; revision: number };
  });
  expect((await moderator.post(`${cases}/${id}/reject`, { revision, action: "suspend", reason: "spam" })).status).toBe(200);
  await eventually(async () => expect((await person.get("/api/v1/feed")).status).toBe(401));
  return async (refused) => {
    expect(refused).toMatchObject({ status: 403, body: { code: "account_suspended", suspension: { reason: "spam", appealToken: expect.any(String) } } });
    const { appealToken: token } = refused.body.suspension;
    expect(await feed.call("POST", "/api/auth/suspension/appeal", { token, text: "It was a joke" })).toMatchObject({ status: 200 });
    expect((await moderator.get(`${cases}/${id}`)).body).toMatchObject({ state: "appealed", appealText: "It was a joke" });
  };
}
