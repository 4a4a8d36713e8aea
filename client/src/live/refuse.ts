import type { NewFeedError } from "../errors.ts";
import type { Stream } from "./stream.ts";

/** A post that was live and is not found any more has been retracted meanwhile. */
export function refuse(stream: Stream, error: NewFeedError): void {
  if (error.code === "not_found" && stream.isStarted && stream.key !== "inbox")
    stream.accept({ type: "retract", stream: stream.key, items: [{ type: "post", id: stream.key.slice("post:".length) }] });
  else stream.end({ reason: "refused", error });
}
