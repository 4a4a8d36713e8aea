import fc from "fast-check";
import { expect, test } from "vitest";
import type { StreamEntries } from "../types.ts";
import { cursorOf, type LiveEvent } from "./events.ts";
import { isAfter } from "./position.ts";
import { createReader } from "./reader.ts";
import { createStream } from "./stream.ts";

const key = "post:1";
const cursorAt = (offset: number, epoch = "epoch-one") => `${epoch}:${offset}`;
const deletion = (offset: number): LiveEvent => ({ type: "comment_deleted", postId: "1", commentId: String(offset), cursor: cursorAt(offset) });
const offsetsOf = (events: readonly LiveEvent[]) => events.map((event) => Number(cursorOf(event)?.split(":")[1]));
/** Some entries of every log are hidden from the reader, so positions have gaps. */
const isVisible = (offset: number) => offset % 4 !== 0;
const upTo = (end: number, from = 0) => Array.from({ length: end - from }, (_, index) => from + index + 1);

test("positions are compared within an epoch; another epoch is another log", () => {
  expect(isAfter(cursorAt(10), cursorAt(9))).toBe(true);
  expect(isAfter(cursorAt(9), cursorAt(9))).toBe(false);
  expect(isAfter(cursorAt(9), cursorAt(10))).toBe(false);
  expect(isAfter(cursorAt(1, "epoch-two"), cursorAt(9))).toBe(true);
  expect(isAfter(cursorAt(1), undefined)).toBe(true);
});

test("what arrives twice over connections that overlap, a stream takes once and in order", () => {
  const pieces = fc.array(fc.tuple(fc.nat({ max: 3 }), fc.integer({ min: 1, max: 6 })), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(pieces, (steps) => {
      const taken: LiveEvent[] = [];
      const stream = createStream(key, cursorAt(0), {}, () => {});
      stream.followers.add({ offer: (event) => taken.push(event), started() {}, finish() {} });
      let at = 0;
      for (const [back, count] of steps) {
        // A connection replays from a position that the stream was at some entries ago.
        const from = Math.max(0, at - back);
        for (const offset of upTo(from + count, from)) stream.accept(deletion(offset));
        at = Math.max(at, from + count);
      }
      expect(offsetsOf(taken)).toEqual(upTo(at));
    }),
  );
});

test("a reader with a small buffer receives every entry once and in order, however it is read", async () => {
  const steps = fc.array(fc.oneof(fc.record({ append: fc.integer({ min: 1, max: 5 }) }), fc.record({ read: fc.integer({ min: 1, max: 5 }) })), {
    maxLength: 30,
  });
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), fc.nat({ max: 3 }), async (script, room, begin) => {
      let top = 3;
      const stream = createStream(key, cursorAt(3), {}, () => {});
      const queue: LiveEvent[] = [];
      const read: LiveEvent[] = [];
      const readLog = async (after: string): Promise<StreamEntries> => {
        const from = Number(after.split(":")[1]);
        const entries = upTo(Math.min(top, from + 3), from)
          .filter(isVisible)
          .map((offset) => ({ event: "comment_deleted", cursor: cursorAt(offset), data: deletion(offset) }));
        return { entries, cursor: cursorAt(Math.min(top, from + 3)), hasMore: from + 3 < top };
      };
      const reader = createReader({
        key,
        position: cursorAt(begin),
        streamCursor: () => stream.cursor,
        readLog,
        overflow: () => ({ type: "reset", stream: key, reason: "overflow", refetch: [] }),
        deliver: (event) => queue.push(event),
        isFull: () => queue.length >= room,
        finished() {},
      });
      stream.followers.add({ offer: reader.offer, started() {}, finish: reader.finish });
      const wanted = () => upTo(top, begin).filter(isVisible);
      const take = async (count: number) => {
        for (let index = 0; index < count; index++) {
          read.push(...queue.splice(0, 1));
          reader.resume();
          await Promise.resolve();
        }
      };
      for (const step of script) {
        if ("append" in step) for (let index = 0; index < step.append; index++) isVisible(++top) && stream.accept(deletion(top));
        else await take(step.read);
        expect(queue.length).toBeLessThanOrEqual(room);
      }
      for (let round = 0; read.length < wanted().length && round < 500; round++) await take(1);
      await take(3);
      expect(offsetsOf(read)).toEqual(wanted());
    }),
    { numRuns: 200 },
  );
});

test("a reader that fell behind learns of a deleted post, though its log is gone", async () => {
  const gone: LiveEvent = { type: "post_deleted", postId: "1", cursor: cursorAt(3) };
  const stream = createStream(key, cursorAt(0), {}, () => {});
  const queue: LiveEvent[] = [];
  const { NewFeedError } = await import("../errors.ts");
  const ended = new Promise((resolve) => {
    const reader = createReader({
      key,
      position: cursorAt(0),
      streamCursor: () => stream.cursor,
      readLog: async () => {
        throw new NewFeedError("There is no such thing.", { status: 404, code: "not_found" });
      },
      overflow: () => ({ type: "reset", stream: key, reason: "overflow", refetch: [] }),
      deliver: (event) => queue.push(event),
      isFull: () => queue.length >= 1,
      finished: resolve,
    });
    stream.followers.add({ offer: reader.offer, started() {}, finish: reader.finish });
    stream.accept(deletion(1));
    stream.accept(deletion(2));
    stream.accept(gone);
    queue.length = 0;
    reader.resume();
  });
  expect(await ended).toEqual({ reason: "deleted" });
  expect(queue).toEqual([gone]);
});
