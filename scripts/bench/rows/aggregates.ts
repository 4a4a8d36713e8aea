import { onOneProcessor, type System, signUp } from "../graph/system.ts";
import type { Bench, Measured, Row } from "../row.ts";
import { buildPosts, newestPosts } from "../search/build.ts";
import { median } from "../statistics.ts";

/** Each is asked for once while it is not cached, and again and again while it is. */
const commented = 4_000;
const [comments, perRound, cachedAtOnce] = [20, 400, 20];

async function measureOn({ url, databases }: System, { rounds, progress }: Bench): Promise<Measured> {
  const plan = { posts: commented, people: 1_000, commented, comments };
  await buildPosts(databases, plan, progress);
  const reader = await signUp(url, "reader");
  const ids = await newestPosts(databases, commented);
  const readers = {
    "signed in": (path: string) => reader.call("GET", path),
    "a visitor": async (path: string) => {
      const response = await fetch(url + path);
      if (!response.ok) throw new Error(`GET ${path}: ${response.status}`);
      await response.text();
    },
  };
  const measured = Object.entries(readers).map(([name, read]) => ({ name, read, uncached: [] as number[], cached: [] as number[] }));
  for (let round = 0; round <= rounds; round++)
    for (const { name, read, ...times } of measured) {
      const get = async (id: string) => {
        const started = performance.now();
        await read(`/query/post/${id}`);
        return performance.now() - started;
      };
      const fresh = ids.splice(0, perRound);
      if (fresh.length < perRound) throw new Error(`there are posts for ${Math.floor(commented / perRound / measured.length) - 1} rounds`);
      const uncached: number[] = [];
      for (const id of fresh) uncached.push(await get(id));
      const few = fresh.slice(-cachedAtOnce);
      const cached: number[] = [];
      while (cached.length < perRound) for (const id of few) cached.push(await get(id));
      if (round > 0) {
        times.uncached.push(median(uncached));
        times.cached.push(median(cached));
      }
      progress(`round ${round}, ${name}: ${median(uncached).toFixed(2)} ms uncached, ${median(cached).toFixed(2)} ms cached`);
    }
  return {
    series: [
      {
        title: "a post with twenty comments, by GET /query/post/:id",
        unit: "ms",
        better: "lower",
        bars: measured.flatMap(({ name, cached, uncached }) => [
          { name: `${name}, cached`, samples: cached },
          { name: `${name}, not cached`, samples: uncached },
        ]),
      },
    ],
    floors: measured.map(({ name, cached, uncached }) => ({
      what: `a cached aggregate to one that is not, medians, ${name}`,
      value: median(cached) / median(uncached),
      bound: { atMost: 0.3 },
    })),
    notes: [
      "All of NewFeed in one process and PostgreSQL share one processor, so that a request takes as long as it costs. A reader asks for one post after the other, once signed in and once as a visitor.",
      "Who may see the post and its comments is asked for each request, cached or not.",
    ],
  };
}

export const aggregates: Row = {
  name: "aggregates",
  what: "a cached aggregate of the read side beside one that is not",
  measure: (bench) => onOneProcessor(bench.directory, (system) => measureOn(system, bench)),
};
