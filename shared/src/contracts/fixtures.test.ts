import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { eventFixtures, grownBody, leastBody, pathsOf, without } from "../testing/event-fixtures.ts";
import { eventTypes, parseEvent } from "./events.ts";

/** A fixture never changes: producers of its time still run during a rolling restart, and their events wait in queues and outboxes. A new type adds a line here. */
const frozen: Record<string, string> = {
  "account.data_removed": "56e735b5412f15b3",
  "account.deletion_completed": "800f4961a9a7983b",
  "cache.invalidated": "0d7e6ddab84a1487",
  "comment.created": "84929dd6f06bec14",
  "comment.deleted": "4315d7013ee01159",
  "comment.updated": "af73d56844675e23",
  "content.approved": "c4ca42835f8c1544",
  "content.flagged": "0120d2ffbe6ca56c",
  "content.rejected": "dbbdc9427ba201f9",
  "devices.changed": "923b76a402cfcc0f",
  "like.created": "26cb3b5a16230ffc",
  "like.deleted": "5390062d64ca0d51",
  "media.deleted": "30638bc9550a6cca",
  "media.uploaded": "2a94f0f6fc5fd47f",
  "notification.created": "6d7fdec96c008116",
  "notification.read": "508c261b58769fa8",
  "notification.updated": "ab944f8f1afc34d0",
  "notification.withdrawn": "8d4a2dc82642e8b8",
  "poll.ended": "e4241186e2db499c",
  "poll.voted": "5e866a52c6057850",
  "mute.applied": "30094835da33e3f6",
  "post.created": "92b62e30dd78ec4e",
  "post.deleted": "66e10f2a8583b4de",
  "post.liked": "1addc741233d7cf1",
  "post.muted": "d004c45b93de2ad3",
  "post.pinned": "0042c3381d6cea96",
  "post.published": "dc48def916a2a7d6",
  "post.reposted": "06004a38aba84ee3",
  "post.unliked": "6274824328591719",
  "post.unmuted": "af948cb7ad9683db",
  "post.unpinned": "956b4a46aabf35b4",
  "post.unreposted": "d65f071ba102995b",
  "post.updated": "4c684c9499de64f3",
  "report.resolved": "b81582633b9abf1c",
  "session.revoked": "dd576a5c09a5f587",
  "trends.changed": "1cf72b817c5d617d",
  "user.blocked": "eb9379ecf2039a15",
  "user.deleted": "5aceebd11622b5e0",
  "user.email_changed": "bd10eb5ac2b5eba1",
  "user.email_verified": "062b6d25eabfb4f1",
  "user.follow_request_ended": "56b9c89057f96599",
  "user.follow_requested": "0583ba5e47d2406d",
  "user.followed": "2bb5d61ee9ee0dd3",
  "user.logged_in": "1084b84f4cc240ba",
  "user.logged_out": "169823a723c99249",
  "user.muted": "22892a73eb9a11e6",
  "user.password_reset": "e25d880ac900f93a",
  "user.preferences_changed": "8e4e086993983df6",
  "user.registered": "b290de30bd2cf8ae",
  "user.renamed_elsewhere": "54f4568d3d25d6f8",
  "user.suspended": "07640511fa687caa",
  "user.unblocked": "2229f8e76cd2202c",
  "user.unfollowed": "1af6c00760cd6f36",
  "user.unmuted": "0a1264c3f0970c26",
  "user.unsuspended": "051feff2e3675a00",
  "user.updated": "0bd2ca982588c5b6",
  "webhook.disabled": "9072c38f23b1da32",
};

const digestOf = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);

test("every type of event has a fixture, and none has changed", () => {
  expect(Object.fromEntries(eventFixtures.map(({ type, required, body }) => [type, digestOf({ required, body })]))).toEqual(frozen);
  expect(eventTypes.filter((type) => !(type in frozen))).toEqual([]);
});

test.each(eventFixtures)("$type can be read as it was published, and without any field that was not required then", ({ type, required, body }) => {
  const read = (candidate: unknown) => parseEvent(JSON.stringify(candidate));
  expect(read(body)).toMatchObject(body);
  const isRefused = (path: string) => {
    try {
      return read(without(body, path))?.type !== type;
    } catch {
      return true;
    }
  };
  expect(pathsOf(body).filter((path) => isRefused(path) && !required.includes(path))).toEqual([]);
  expect(read(leastBody({ type, required, body }))).toMatchObject({ type });
});

test.each(eventFixtures)("$type keeps what a newer producer adds to it", ({ body }) => {
  const grown = grownBody({ body });
  expect(parseEvent(JSON.stringify(grown))).toMatchObject(grown);
});
