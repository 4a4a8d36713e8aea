import { randomBytes, randomUUID } from "node:crypto";
import { asPostId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import { feedStream, streamOf } from "@newfeed/shared/contracts/sockets.ts";
import { describe, expect, test } from "vitest";
import { cursorAt, epochOf } from "../streams/position.ts";
import { invalidCursor, readPositions, StreamPositions } from "./sse-positions.ts";

const epoch = (stream: string) => epochOf("database", stream);
const post = () => streamOf.post(asPostId(randomUUID()));

describe("the positions of an event stream", () => {
  test("are read as they were written: of posts, the inbox and the feed, live, new, and of no use", () => {
    const [live, fresh, lost, inbox] = [post(), post(), post(), streamOf.user(asUserId(randomUUID()))];
    const positions = new StreamPositions(epoch);
    positions.set(live, cursorAt(epoch(live), 7));
    positions.set(fresh, undefined);
    positions.set(lost, cursorAt(epoch(live), 7));
    positions.set(inbox, cursorAt(epoch(inbox), 0));
    positions.set(feedStream, undefined);
    positions.advance(live, 123_456_789);
    positions.advance(post(), 1);
    expect([...(readPositions(String(positions), epoch) ?? [])]).toEqual([
      [live, cursorAt(epoch(live), 123_456_789)],
      [fresh, undefined],
      [lost, invalidCursor],
      [inbox, cursorAt(epoch(inbox), 0)],
      [feedStream, undefined],
    ]);
    positions.delete(live);
    expect([positions.has(live), positions.has(fresh)]).toEqual([false, true]);
    expect(readPositions(String(new StreamPositions(epoch)), epoch)).toEqual(new Map());
  });

  test("of another life of the database name their streams, and are of no use", () => {
    const stream = post();
    const positions = new StreamPositions(epoch);
    positions.set(stream, cursorAt(epoch(stream), 7));
    const restored = (name: string) => epochOf("restored database", name);
    expect([...(readPositions(String(positions), restored) ?? [])]).toEqual([[stream, invalidCursor]]);
  });

  test("are not read from anything else", () => {
    const id = Buffer.from(randomUUID().replaceAll("-", ""), "hex").toString("base64url");
    const items = (count: number) =>
      Array.from({ length: count }, () => `p${Buffer.from(randomUUID().replaceAll("-", ""), "hex").toString("base64url")}1`).join(".");
    for (const text of [
      "",
      "epoch-epoch:7",
      "~",
      "e~",
      `epoch-epoch~x${id}1`,
      `epoch-epoch~p${id}!`,
      `epoch-epoch~p${id}1..`,
      `epoch-epoch~p${id}1~`,
      `epoch-epoch~p${"A".repeat(22)}1`,
      items(102),
      `epoch-epoch~${items(102)}`,
      randomBytes(40).toString("latin1"),
    ])
      expect(readPositions(text, epoch), text).toBeUndefined();
    expect(readPositions(`epoch-epoch~${items(101)}`, epoch)?.size).toBe(101);
  });
});
