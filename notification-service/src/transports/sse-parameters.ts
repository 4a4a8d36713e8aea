import { problemFromZod } from "@newfeed/shared/contracts/errors.ts";
import type { Request } from "express";
import * as z from "zod";

/**
 * The spellings of `Last-Event-ID` in a query, for clients that cannot set the header: ours is `last_event_id`; polyfills
 * and clients of other servers send `lastEventId`, `lastEventID`, `Last-Event-ID` and `evs_last_event_id`.
 */
const isLastEventId = (name: string) => /^(evs)?lasteventid$/.test(name.toLowerCase().replace(/[-_]/g, ""));

/** Polyfills add these, against caches and for Internet Explorer; they say nothing about the stream. */
const ofPolyfills = new Set(["r", "_", "evs_preamble"]);

/** An event stream's query has a position, and whether it is a visitor's. */
export const noParameters = z.strictObject({ visitor: z.literal("true").optional() });

/**
 * What a request for an event stream asks for: the position to resume from, and the other parameters. The position is the
 * header's, if there is one: a client that reconnects sends it, while its URL still says where it began. Of several
 * spellings in the URL, a polyfill has added the last. A cursor that is given twice in one spelling is invalid, and
 * answered with a reset as any invalid one. Throws `validation_failed`, also for unknown parameters.
 */
export function readParameters<T>({ headers, query }: Request, schema: z.ZodType<T>): { lastEventId: string | undefined; parameters: T } {
  const positions = Object.entries(query).filter(([name, value]) => isLastEventId(name) && value !== "");
  const others = Object.entries(query).filter(([name]) => !isLastEventId(name) && !ofPolyfills.has(name));
  const parsed = schema.safeParse(Object.fromEntries(others));
  if (!parsed.success) throw problemFromZod(parsed.error);
  const given = headers["last-event-id"] || positions.at(-1)?.[1];
  return { lastEventId: given === undefined ? undefined : String(given), parameters: parsed.data };
}
