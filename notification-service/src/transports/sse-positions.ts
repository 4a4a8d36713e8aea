import { asPostId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { FollowedName, feedStream, streamOf, subjectOf } from "@newfeed/shared/contracts/sockets.ts";
import { cursorAt, type EpochOf, parseCursor } from "../streams/position.ts";

/** A cursor that no stream has: following from it begins with a reset. */
export const invalidCursor = "-";

/** Of all streams together: an id from before a restored backup is refused. */
const epochOfAll = (epochOf: EpochOf) => epochOf("streams");

function keyOf(stream: string): string {
  if (stream === feedStream) return "f";
  const subject = subjectOf(stream);
  const id = subject.kind === "user" ? subject.userId : subject.postId;
  return `${subject.kind === "user" ? "u" : "p"}${Buffer.from(id.replaceAll("-", ""), "hex").toString("base64url")}`;
}

function streamOfKey(kind: string, id: string): string {
  const hex = Buffer.from(id, "base64url").toString("hex");
  const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return kind === "u" ? streamOf.user(asUserId(uuid)) : streamOf.post(asPostId(uuid));
}

/**
 * Where a client is in each of many streams, as one event id: `<epoch>~<item>.<item>…`. An item names a stream by a letter
 * and 22 characters of base64url, then says its offset in base 36: nothing for a stream that is followed from now on, `-`
 * for a cursor that is of no use. A hundred streams take 2.8 kB, within the 8 kB that proxies allow a header, and no
 * character is escaped in a URL (docs/decisions/0052-multiplexed-event-streams.md).
 */
export class StreamPositions {
  readonly #epochOf: EpochOf;
  readonly #items = new Map<string, { key: string; at: string }>();

  constructor(epochOf: EpochOf) {
    this.#epochOf = epochOf;
  }

  set(stream: string, cursor: string | undefined): void {
    const position = cursor === undefined ? undefined : parseCursor(cursor);
    const at = cursor === undefined ? "" : position?.epoch === this.#epochOf(stream) ? position.offset.toString(36) : invalidCursor;
    this.#items.set(stream, { key: keyOf(stream), at });
  }

  /** The client has this entry too. */
  advance(stream: string, offset: number): void {
    const item = this.#items.get(stream);
    if (item) item.at = offset.toString(36);
  }

  has(stream: string): boolean {
    return this.#items.has(stream);
  }

  delete(stream: string): void {
    this.#items.delete(stream);
  }

  toString(): string {
    return `${epochOfAll(this.#epochOf)}~${Array.from(this.#items.values(), ({ key, at }) => key + at).join(".")}`;
  }
}

/** The streams that an event id names, each with its cursor, if it has one. Undefined when it is no such id (`Last-Event-ID` may hold anything). */
export function readPositions(id: string, epochOf: EpochOf): Map<string, string | undefined> | undefined {
  const [epoch = "", items, ...more] = id.split("~");
  if (items === undefined || more.length > 0 || !/^[\w-]{8,32}$/.test(epoch)) return undefined;
  const cursors = new Map<string, string | undefined>();
  for (const item of items === "" ? [] : items.split(".")) {
    const match = /^(?:(f)|([pu])([\w-]{22}))(-|[0-9a-z]{0,10})$/.exec(item);
    if (!match) return undefined;
    const [, feed, kind = "", name = "", at = ""] = match;
    const stream = feed ? feedStream : streamOfKey(kind, name);
    if (!FollowedName.safeParse(stream).success) return undefined;
    const cursor = epoch === epochOfAll(epochOf) && at !== invalidCursor ? cursorAt(epochOf(stream), Number.parseInt(at, 36)) : invalidCursor;
    cursors.set(stream, feed || at === "" ? undefined : cursor);
  }
  return cursors.size > bounds.followedStreamsPerSocket + 1 ? undefined : cursors;
}
