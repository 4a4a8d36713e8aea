import type * as z from "zod";
import type { ServiceName } from "./services.ts";

/** A type of event: its producer, its aggregate, its data and its consumers. */
export interface EventRow {
  /** One service, but for what several say of themselves. */
  producer: ServiceName | readonly ServiceName[];
  aggregate: string;
  data: z.ZodObject;
  /** Where its key stands in the data: the post for what happens to a post and under it, the user who did it for the rest. */
  key: string;
  /** Beside the event store. `all`: every service but the producer, also one that is added later. */
  consumers: readonly ServiceName[] | "all";
  /** Its aggregate is gone: whatever arrives about it afterwards is stale. */
  deletion?: true;
  /** It changes who users are, or who may know of whom. */
  people?: true;
  /** It says nothing of the aggregate's state: it has its revision in common with the event that does. */
  sharesRevision?: true;
}
