import { closingFrame, frame } from "@newfeed/shared/http/server-sent-events.ts";
import { expect, test } from "vitest";
import { createEventReader } from "./event-reader.ts";

const text = `retry: 500\n${frame("hello", { cursor: "e:1" }, "e:1")}:\n${frame("comment_added", { text: "ä\n:\n\n" }, "e:2")}:\n:\n${closingFrame({ code: "shutdown", retryAfterMs: 700, resume: true })}`;
const events = [
  { name: "hello", data: '{"cursor":"e:1"}', id: "e:1" },
  { name: "heartbeat", data: "{}", id: undefined },
  { name: "comment_added", data: JSON.stringify({ text: "ä\n:\n\n" }), id: "e:2" },
  { name: "heartbeat", data: "{}", id: undefined },
  { name: "heartbeat", data: "{}", id: undefined },
  { name: "closing", data: '{"code":"shutdown","retryAfterMs":700,"resume":true}', id: undefined },
];

test.each([1, 2, 3, 7, 1_000])("events and heartbeats are read from pieces of %s bytes", (size) => {
  const reader = createEventReader();
  const bytes = Buffer.from(text);
  const read = [];
  for (let at = 0; at < bytes.length; at += size) read.push(...reader.feed(bytes.subarray(at, at + size)));
  expect(read).toEqual(events);
});
