import type { NewFeedError } from "../errors.ts";
import type { Stream } from "./stream.ts";

/** A post that was live and cannot be found any more has been taken from us meanwhile. */
export function refuse(stream: Stream, error: NewFeedError): void {
  if (error.code === "not_found" && stream.isStarted && stream.key !== "inbox")
    stream.accept({ type: "retract", stream: stream.key, items: [{ type: "post", id: stream.key.slice("post:".length) }] });
  else stream.end({ reason: "refused", error });
}
