import { readdirSync, readFileSync } from "node:fs";
import { v7 as uuidv7 } from "uuid";

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Body = { [name: string]: Json };

/** An event as it was published when its type was new, and for ever after. */
export interface EventFixture {
  type: string;
  /** Paths (`data.post.id`) of what was required then, beside the envelope: nothing else ever will be. */
  required: string[];
  body: Body;
}

/** What is required of every event. */
const envelope = ["id", "type", "aggregate", "aggregate.type", "aggregate.id", "aggregate.revision", "actorId", "occurredAt", "correlationId", "data"];

const folder = new URL("../contracts/fixtures/", import.meta.url);

/** One for each type of event that there has been. */
export const eventFixtures: readonly EventFixture[] = readdirSync(folder).map((file) => {
  const { required, body } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Omit<EventFixture, "type">;
  return { type: file.replace(/\.json$/, ""), required: [...envelope, ...required], body };
});

const isObject = (value: Json | undefined): value is Body => typeof value === "object" && value !== null && !Array.isArray(value);

/** The paths of all fields, the outer ones first. */
export const pathsOf = (value: Json, prefix = ""): string[] =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, field]) => [...(Array.isArray(value) ? [] : [prefix + name]), ...pathsOf(field, `${prefix}${name}.`)])
    : [];

/** A copy without the field at a path. */
export function without(body: Body, path: string): Body {
  const copy = structuredClone(body);
  const names = path.split(".");
  const last = names.pop() ?? "";
  let at: Json | undefined = copy;
  for (const name of names) at = (at as Body | undefined)?.[name];
  if (isObject(at)) delete at[last];
  return copy;
}

/** The body that an older or newer producer gives which knows of no field but the required ones. */
export const leastBody = ({ body, required }: EventFixture): Body =>
  pathsOf(body)
    .filter((path) => !required.includes(path))
    .reduce(without, body);

/** The body that a newer producer gives: with further fields wherever there may be some. */
export const grownBody = ({ body }: Pick<EventFixture, "body">): Body => grow(body) as Body;
const grow = (value: Json): Json =>
  Array.isArray(value)
    ? value.map(grow)
    : isObject(value)
      ? { ...Object.fromEntries(Object.entries(value).map(([name, field]) => [name, grow(field)])), addedLater: { by: "a newer version" } }
      : value;

/** The same bodies about others: every id gives way to a new one, the same for the same. */
export function aboutOthers(bodies: readonly Body[]): Body[] {
  const ids = new Map<string, string>();
  const replace = (id: string) => ids.get(id) ?? (ids.set(id, uuidv7()).get(id) as string);
  const text = JSON.stringify(bodies).replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, replace);
  return JSON.parse(text) as Body[];
}
