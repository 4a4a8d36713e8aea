import * as z from "zod";
import { bounds } from "./limits.ts";
import { faultOfLine, faultOfText, foldLine, foldText } from "./text.ts";

/** ISO 8601 in UTC with milliseconds. */
export const Timestamp = z.iso.datetime().meta({ description: "ISO 8601, UTC", example: "2026-01-31T12:00:00.000Z" });

const isStorable = (text: string) => !text.includes("\u0000") && text.isWellFormed();
const unstorable = "must not contain broken characters";

/**
 * What documents say of a text, for clients that check before they send: at least what every text keeps to. `text.ts` has
 * the rules, which no pattern says.
 */
const controls = "\\u0000-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f";
const pattern = {
  opaque: "^[^\\u0000]*$",
  written: `^[^${controls}]*$`,
  filled: `^\\s*[^\\s${controls}][^${controls}]*$`,
  /** Blanks alone are no password. */
  password: "^\\s*[^\\s\\u0000][^\\u0000]*$",
};

/**
 * A secret, taken as it comes: `max` UTF-16 units at most, no NUL, no lone surrogate.
 * (`text` columns refuse U+0000, and a lone surrogate has no UTF-8 form.)
 */
const opaque = (max: number) => z.string().max(max).refine(isStorable, unstorable);
export const Opaque = (max: number) => opaque(max).min(1).meta({ pattern: pattern.opaque });

/** A new password of this many characters, as documents say it. */
export const NewSecret = ({ min, max }: { min: number; max: number }) => opaque(max).min(1).meta({ minLength: min, pattern: pattern.password });

const written = (max: number, fold: (text: string) => string, faultOf: (text: string) => string | undefined) =>
  z
    .string()
    .overwrite(fold)
    .max(max)
    .refine((text) => faultOf(text) === undefined, { error: ({ input }) => faultOf(String(input)) });

/** A line by the rule of `text.ts`, `max` UTF-16 units at most; empty if a reader would see nothing. */
const Line = (max: number) => written(max, foldLine, faultOfLine);
/** A line that a reader sees something of. */
export const FilledLine = (max: number) => Line(max).min(1).meta({ pattern: pattern.filled });

/** A text of several lines by the rule of `text.ts`, `max` UTF-16 units at most; empty if a reader would see nothing. */
export const Text = (max: number) => written(max, foldText, faultOfText).meta({ pattern: pattern.written });
/** A text that a reader sees something of. */
export const FilledText = (max: number) => Text(max).min(1).meta({ pattern: pattern.filled });

/** An object that keeps its unknown fields. They are not in its type: reading one does not compile. */
export const OpenObject = <Shape extends z.ZodRawShape>(shape: Shape) => z.looseObject(shape) as unknown as z.ZodObject<Shape>;

/** One of these names, or one that a newer instance knows. Documented as an enum. */
export const OpenEnum = <const Name extends string>(names: readonly Name[]) => z.string().meta({ enum: [...names] }) as z.ZodType<Name | (string & {}), string>;

/** In a URL they are percent-encoded. As they are, they hide where it leads. (The schema drops line breaks itself.) */
const notInUrls = /[\p{Cc}\u2028\u2029\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/u;

/** An http(s) URL of at most 2,048 characters. Nothing here ever fetches it. */
export const LinkUrl = z
  .url({ protocol: /^https?$/ })
  .max(2_048)
  .refine((url) => url.isWellFormed() && !notInUrls.test(url), "must not contain invisible characters");

const isAccepted = (make: () => unknown): boolean => {
  try {
    make();
    return true;
  } catch {
    return false;
  }
};

/** A BCP 47 language tag. */
export const Language = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, "must be a language tag, such as en or pt-BR")
  .refine((tag) => isAccepted(() => Intl.getCanonicalLocales(tag)), "must be a language tag, such as en or pt-BR")
  .meta({ example: "pt-BR" });

/** The name of a time zone; offsets, which know no daylight saving time, are none. */
export const TimeZone = z
  .string()
  .max(64)
  .regex(/^[A-Za-z][\w+-]*(\/[\w+-]+)*$/, "must be the name of a time zone, such as Europe/Paris")
  .refine((timeZone) => isAccepted(() => new Intl.DateTimeFormat("en", { timeZone })), "must be the name of a time zone, such as Europe/Paris")
  .meta({ example: "Europe/Paris" });

export const Revision = z.int().min(1).meta({ description: "Grows by one with every change; the higher revision of an id wins" });

/** Unique per author; echoed in the answer and in the live event, so that a client recognises its own write. */
export const ClientMutationId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\w.:-]+$/, "may only contain letters, digits and . _ : -");

const longestPage = 100;
const Limit = z.coerce.number().int().min(1).max(longestPage).default(20);

export const StreamCursor = z
  .string()
  .max(64)
  .regex(/^[\w-]{8,32}:\d{1,15}$/, "must be a stream's cursor")
  .meta({ description: "Position in a stream, opaque: `<epoch>:<offset>`" });

const numbered = `the first ${bounds.numberedItems.toLocaleString("en")} items`;

/** `limit` 1–100, `cursor` for older items, `since` for newer ones; `page` is what older clients send. */
export const PageQuery = z
  .strictObject({
    limit: Limit,
    cursor: z.string().max(128).optional().meta({
      description: "`endCursor` of the page before: items older than it. Or an item's own position, `<time>~<id>`, with the time that the list is sorted by",
    }),
    since: z.string().max(128).optional().meta({ description: "`startCursor` of the newest page that was read: items newer than it, oldest first" }),
    page: z.coerce
      .number()
      .int()
      .min(1)
      .max(1_000)
      .optional()
      .meta({ description: `For older clients; prefer \`cursor\`. Pages by number end with ${numbered}` }),
  })
  .refine((query) => [query.cursor, query.since, query.page].filter((value) => value !== undefined).length <= 1, {
    message: "cannot be combined with since or page, nor they with each other",
    path: ["cursor"],
  })
  // Of a limit that is refused by itself nothing more is said.
  .refine(({ page = 1, limit }) => page * Math.min(limit, longestPage) <= bounds.numberedItems, {
    message: `must lie within ${numbered}: read on with cursor, the endCursor of the page before`,
    path: ["page"],
  });
export type PageQuery = z.output<typeof PageQuery>;

export const PageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable(), startCursor: z.string().nullable() }).meta({
  id: "PageInfo",
  description: "A page with a next one may be short, even empty, where much is hidden from its reader: go on behind its `endCursor`.",
});
export type PageInfo = z.infer<typeof PageInfo>;

export const pageOf = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item), pageInfo: PageInfo });

/** One page of a list. */
export interface Page<T> {
  data: T[];
  pageInfo: PageInfo;
}
