import type { ConsumeMessage } from "./rabbit-connection.ts";

/** What the broker notes on a message that it dead-letters; and what older versions noted, which kept theirs in the same queue. */
interface Headers {
  "x-death"?: { reason: string; time: { value: number } }[];
  "newfeed-reason"?: string;
  "newfeed-set-aside-at"?: string;
}

/** Why, and when, a message was dead-lettered. */
export function failureOf({ properties }: ConsumeMessage): { reason: string; at: Date } {
  const headers: Headers = properties.headers ?? {};
  const [death] = headers["x-death"] ?? [];
  const at = new Date(headers["newfeed-set-aside-at"] ?? (death ? death.time.value * 1000 : Date.now()));
  return { reason: headers["newfeed-reason"] ?? death?.reason.replaceAll("_", " ") ?? "unknown", at: Number.isNaN(at.getTime()) ? new Date() : at };
}
