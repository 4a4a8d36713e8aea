import { onOneProcessor, type System, signUp, type User } from "../graph/system.ts";
import type { Bench, Measured, Row } from "../row.ts";
import { buildPosts, queriesOf } from "../search/build.ts";
import { median, percentile } from "../statistics.ts";

const [posts, people] = [1_000_000, 200_000];
const pageSize = 20;
const lastPage = 50;

interface Page {
  data: unknown[];
  pageInfo: { endCursor: string | null };
}

/** Milliseconds of a page, and the page. */
async function timed(reader: User, q: string, cursor?: string | null): Promise<{ milliseconds: number; page: Page }> {
  const path = `/search/posts?${new URLSearchParams({ q, limit: String(pageSize), ...(cursor && { cursor }) })}`;
  const started = performance.now();
  const page = await reader.call<Page>("GET", path);
  return { milliseconds: performance.now() - started, page };
}

const changes = 20;

/** Milliseconds until a reader's search has a post, or has it no more. */
async function until(reader: User, q: string, found: boolean): Promise<number> {
  for (const started = performance.now(); ; ) {
    const { page } = await timed(reader, q);
    const milliseconds = performance.now() - started;
    if (page.data.length > 0 === found) return milliseconds;
    if (milliseconds > 30_000) throw new Error(`a search still ${found ? "does not have" : "has"} a post`);
  }
}

/** How long after a change its readers see it in a search: a publication, a deletion, another visibility, a block. */
async function untilSeen(url: string, reader: User) {
  const author = await signUp(url, "author");
  const times: Record<"published" | "deleted" | "hidden" | "blocked", number[]> = { published: [], deleted: [], hidden: [], blocked: [] };
  const publish = async (word: string) => {
    const { id } = await author.call<{ id: string }>("POST", "/api/v1/posts", { content: `A ${word}`, postType: "TEXT" });
    times.published.push(await until(reader, word, true));
    return id;
  };
  for (let n = 0; n < changes; n++) {
    const word = `platypus${n}`;
    await author.call("DELETE", `/api/v1/posts/${await publish(`${word}a`)}`);
    times.deleted.push(await until(reader, `${word}a`, false));
    await author.call("PATCH", `/api/v1/posts/${await publish(`${word}b`)}`, { visibility: "followers" });
    times.hidden.push(await until(reader, `${word}b`, false));
    await publish(`${word}c`);
    await author.call("POST", `/api/v1/users/${reader.id}/block`);
    times.blocked.push(await until(reader, `${word}c`, false));
    await author.call("DELETE", `/api/v1/users/${reader.id}/block`);
  }
  return times;
}

async function measureOn({ url, databases }: System, { rounds, seconds, sizes, progress }: Bench): Promise<Measured> {
  const factor = Number(sizes ?? 1);
  const plan = { posts: Math.round(posts * factor), people: Math.round(people * factor), commented: 0, comments: 1 };
  await buildPosts(databases, plan, progress);
  const reader = await signUp(url, "searcher");
  const queries = queriesOf(plan);
  const kinds = Object.entries(queries);
  const first = new Map(kinds.map(([kind]) => [kind, [] as number[]]));
  const pages = { first: [] as number[], last: [] as number[] };
  for (const [kind, q] of kinds) if ((await timed(reader, q)).page.data.length === 0) throw new Error(`nothing is found by ${kind}: ${q}`);

  for (let round = 0; round <= rounds; round++) {
    const isWarmUp = round === 0;
    for (const [kind, q] of kinds) {
      const times: number[] = [];
      for (const until = performance.now() + (seconds * 1_000) / kinds.length; performance.now() < until; ) times.push((await timed(reader, q)).milliseconds);
      if (!isWarmUp) first.get(kind)?.push(...times);
      progress(`round ${round}, ${kind}: p95 ${percentile(times, 95).toFixed(1)} ms`);
    }
    for (let walk = 0; walk < 5; walk++) {
      let cursor: string | null = null;
      for (let page = 1; page <= lastPage; page++) {
        const { milliseconds, page: answer } = await timed(reader, queries.common, cursor);
        cursor = answer.pageInfo.endCursor;
        if (!cursor) throw new Error(`page ${page} is the last one: the feed is too small`);
        if (isWarmUp || (page !== 1 && page !== lastPage)) continue;
        pages[page === 1 ? "first" : "last"].push(milliseconds);
      }
    }
  }
  const seen = await untilSeen(url, reader);
  return {
    series: [
      { title: "first page of a search", unit: "ms", better: "lower", bars: [...first].map(([name, samples]) => ({ name, samples })) },
      {
        title: "pages of a common word",
        unit: "ms",
        better: "lower",
        bars: [
          { name: "page 1", samples: pages.first },
          { name: `page ${lastPage}`, samples: pages.last },
        ],
      },
      { title: "until a search has a change", unit: "ms", better: "lower", bars: Object.entries(seen).map(([name, samples]) => ({ name, samples })) },
    ],
    floors: [
      ...[...first].map(([kind, samples]) => ({
        what: `first page of a search, p95: ${kind} (${queries[kind as keyof typeof queries]})`,
        value: percentile(samples, 95),
        bound: { atMost: 150 },
        unit: "ms",
      })),
      { what: `page ${lastPage} of a common word to page 1, medians`, value: median(pages.last) / median(pages.first), bound: { atMost: 1.5 } },
      ...Object.entries(seen).map(([kind, samples]) => ({
        what: `until a search has that a post is ${kind}, the longest`,
        value: Math.max(...samples),
        bound: { atMost: 2_000 },
        unit: "ms",
      })),
    ],
    notes: [
      `${plan.posts.toLocaleString("en")} posts of ${plan.people.toLocaleString("en")} people, built with set-based SQL; half of the posts have the common word, twenty the rare one.`,
      "All of NewFeed in one process and PostgreSQL share one processor. A signed-in reader asks for one page after the other, of twenty posts each.",
    ],
  };
}

export const search: Row = {
  name: "search",
  what: `a search in ${posts.toLocaleString("en")} posts of ${people.toLocaleString("en")} people (--sizes 0.01 for a hundredth)`,
  measure: (bench) => onOneProcessor(bench.directory, (system) => measureOn(system, bench)),
};
