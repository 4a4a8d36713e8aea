import { setImmediate as others } from "node:timers/promises";
import { cleanLine, faultOfLine } from "@newfeed/shared/contracts/text.ts";
import { Parser } from "htmlparser2";

/** What a page says of itself. */
export interface PageSummary {
  title: string;
  /** Empty when it says nothing. */
  description: string;
  siteName: string;
}

/** UTF-16 units. A longer text is cut. */
const longest = { title: 200, description: 400, siteName: 100 } as const;
/** Of one text of the page before it is folded. */
const longestRead = 4_000;

/** What says something of a page stands near the root. The parser takes quadratic time for elements within elements without end. */
const deepest = 64;
/** UTF-16 units that are parsed before it is looked how deep that led, and others go on. */
const stride = 4_096;

/** Where each part stands, the best first. */
const sources = {
  title: ["og:title", "twitter:title", "<title>"],
  description: ["og:description", "twitter:description", "description"],
  siteName: ["og:site_name", "application-name"],
} as const;
const names = new Set<string>(Object.values(sources).flat());

/** As a line of ours: strangers' texts keep to the rules for those of users. Empty for what these refuse. */
function lineOf(text: string, most: number): string {
  const line = cleanLine(text.toWellFormed()).replace(/ {2,}/g, " ");
  if (faultOfLine(line) !== undefined) return "";
  if (line.length <= most) return line;
  return `${line
    .slice(0, most - 1)
    .replace(/[\uD800-\uDBFF]$/, "")
    .trimEnd()}…`;
}

const charset = /charset\s*=\s*["']?\s*([\w:.-]{1,40})/i;
/** How far into a page its encoding may be said (HTML, section 4.2.5.4). */
const prescanned = 1_024;

/** The header decides, then what the page says at its beginning, then UTF-8. Never fails. */
function decode(body: Buffer, contentType: string): string {
  const label = charset.exec(contentType)?.[1] ?? charset.exec(body.subarray(0, prescanned).toString("latin1"))?.[1] ?? "utf-8";
  try {
    return new TextDecoder(label).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

/**
 * Reads a page's summary, also of one that is cut off or broken, in linear time, a few milliseconds at a time. It ends where
 * the body begins, if there is a title by then. Null without one: there is nothing to show.
 */
export async function summaryOf(body: Buffer, contentType: string): Promise<PageSummary | null> {
  const found = new Map<string, string>();
  const keep = (name: string, text: string) => {
    if (names.has(name) && !found.has(name) && text.trim() !== "") found.set(name, text.slice(0, longestRead));
  };
  let title: string | undefined;
  /** Pictures have titles of their own. */
  let drawings = 0;
  let depth = 0;
  let done = false;
  const parser = new Parser({
    onopentag(tag, attributes) {
      depth++;
      if (done) return;
      if (tag === "svg") drawings++;
      else if (tag === "title" && drawings === 0 && !found.has("<title>")) title = "";
      else if (tag === "body") done = sources.title.some((name) => found.has(name));
      else if (tag === "meta") keep((attributes.property ?? attributes.name ?? "").toLowerCase(), attributes.content ?? "");
    },
    ontext(text) {
      if (title !== undefined && title.length < longestRead) title += text;
    },
    onclosetag(tag) {
      depth--;
      if (tag === "svg") drawings--;
      if (tag !== "title" || title === undefined) return;
      keep("<title>", title);
      title = undefined;
    },
  });
  const html = decode(body, contentType);
  for (let at = 0; at < html.length && depth <= deepest && !done; at += stride) {
    if (at > 0) await others();
    parser.write(html.slice(at, at + stride));
  }
  parser.end();
  const part = (key: keyof typeof sources) => {
    for (const name of sources[key]) {
      const line = lineOf(found.get(name) ?? "", longest[key]);
      if (line !== "") return line;
    }
    return "";
  };
  const summary = { title: part("title"), description: part("description"), siteName: part("siteName") };
  return summary.title === "" ? null : summary;
}
