import type { publicRoutes } from "@newfeed/shared/contracts/routes/index.ts";
import { cursorAt, type Role, type Size, type Users } from "./size.ts";

export type RouteName = keyof typeof publicRoutes;

/**
 * How a line may grow with the data. `flat`: not at all, or as the height of an index. `batches`: each statement is bounded by a
 * batch, and all of them together grow with what there is to do.
 */
export type Growth = "flat" | "batches";

/** Pages that a call of a statement may look at beside what it looked at in the small feed. */
export const usual = 100;

export interface Input {
  params?: Record<string, string>;
  query?: Record<string, string | number>;
  body?: unknown;
}

/** A filled feed, and who calls it. */
export interface World {
  size: Size;
  users: Users;
  /** When it was filled. */
  now: Date;
  password: string;
  /** Calls a route, as a user or a visitor (null). Throws on an error response. */
  call<T = unknown>(route: RouteName, as: Role | null, input?: Input): Promise<T>;
  /** The token of the latest link that was sent to an address with such a subject, once it is there. */
  linkSentTo(address: string, subject: RegExp): Promise<string>;
  /** Runs a document. Throws on errors and refusals. */
  graphql<T = unknown>(as: Role | null, document: string, variables?: Record<string, unknown>): Promise<T>;
}

/** Something that NewFeed does, and how it may grow. */
export interface Line {
  name: string;
  growth: Growth;
  /** `usual`, or more where a bound lets a call look at what the small feed does not have. */
  pages: number;
  /** How often it runs. Statements get their lasting plan with the sixth run. */
  times: number;
  /** `n` counts the runs from 0. */
  run(world: World, n: number): Promise<unknown>;
  /** Whether the effects of the last run are waited for. */
  settles: boolean;
  /** Takes long on purpose: it makes many events, which stand behind those of others. */
  slow?: true;
}

/** A stream that closes wakes the trimming, which deletes up to a thousand entries of all streams that are due. */
export const withTrimming = 4_000;

/** Of the last 50 followees, the last 40 of each are looked up. */
export const suggested = 40_000;
/** Of the matches the newest 500 are ranked. They are looked for among the newest 20,000 posts, and then among the first 20,000 of the index of words. */
export const lookedThrough = 25_000;

/** The same with another bound. */
export const upTo = (pages: number, line: Line): Line => ({ ...line, pages });

export const read = (name: string, run: Line["run"]): Line => ({ name, growth: "flat", pages: usual, times: 7, run, settles: false });
export const write = (name: string, run: Line["run"], times = 3): Line => ({ name, growth: "flat", pages: usual, times, run, settles: true });
export const batches = (name: string, run: Line["run"]): Line => ({ name, growth: "batches", pages: 20_000, times: 1, run, settles: true });

/** Pages by number end with the 10,000th item; whether each of those shows is looked up. */
const tenThousand = 150_000;

type InputOf = Input | ((world: World, n: number) => Input);
const inputOf = (input: InputOf, world: World, n: number): Input => (typeof input === "function" ? input(world, n) : input);

/** One response of a route. */
export const answer = (route: RouteName, as: Role | null, input: InputOf = {}, name: string = route): Line =>
  read(name, (world, n) => world.call(route, as, inputOf(input, world, n)));
/** One write. */
export const change = (route: RouteName, as: Role | null, input: InputOf = {}, name: string = route): Line =>
  write(name, (world, n) => world.call(route, as, inputOf(input, world, n)));

/** The pages of a list: the first, others behind it, in the other direction, and by number. */
export function pages(
  route: RouteName,
  as: Role | null,
  input: InputOf = {},
  name: string = route,
  { first = usual, behind = usual, numbered = tenThousand } = {},
): Line[] {
  const page = (which: string, query: (world: World) => Input["query"], pages = behind): Line => ({
    ...answer(
      route,
      as,
      (world, n) => {
        const given = inputOf(input, world, n);
        return { ...given, query: { ...given.query, ...query(world) } };
      },
      `${name}, ${which}`,
    ),
    pages,
  });
  return [
    page("first page", () => ({}), first),
    page("middle", ({ now }) => ({ cursor: cursorAt(0.5, now) })),
    page("towards the end", ({ now }) => ({ cursor: cursorAt(0.3, now) })),
    page("newer than the oldest", ({ now }) => ({ since: cursorAt(0.3, now) })),
    page("page 5", () => ({ page: 5 })),
    page("page 100 of 100", () => ({ page: 100, limit: 100 }), numbered),
  ];
}
