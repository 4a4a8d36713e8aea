import { hash } from "node:crypto";
import { type Reset, refetchUrls } from "@newfeed/shared/contracts/sockets.ts";

/** The epoch of a stream. */
export type EpochOf = (stream: string) => string;

/** Names the stream and one life of the database: the cursor of another stream, or from before a restored backup, is refused. */
export const epochOf = (databaseEpoch: string, stream: string): string => hash("sha256", `${databaseEpoch} ${stream}`, "base64url").slice(0, 12);

export const cursorAt = (epoch: string, offset: number): string => `${epoch}:${offset}`;

export interface Position {
  epoch: string;
  offset: number;
}

/** Reads a cursor as clients send it; undefined when it is none (`Last-Event-ID` may hold anything). */
export function parseCursor(cursor: string): Position | undefined {
  const match = /^([\w-]{8,32}):(\d{1,15})$/.exec(cursor);
  return match?.[1] ? { epoch: match[1], offset: Number(match[2]) } : undefined;
}

/** Why a position cannot be resumed from; undefined when it can. */
export function refusal(position: Position, epoch: string, { floor, top }: { floor: number; top: number }): Reset["reason"] | undefined {
  if (position.epoch !== epoch) return "epoch";
  if (position.offset > top) return "future";
  if (position.offset < floor) return "expired";
  return undefined;
}

/** Says that a client cannot resume, what to fetch again, and where it continues. */
export const resetTo = (stream: string, reason: Reset["reason"], epoch: string, top: number): Reset => ({
  stream,
  reason,
  cursor: cursorAt(epoch, top),
  refetch: refetchUrls(stream),
});
