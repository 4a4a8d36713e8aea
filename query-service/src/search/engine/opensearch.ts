import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { asPostId } from "@newfeed/shared/contracts/ids.ts";
import { Client, errors } from "@opensearch-project/opensearch";
import { type Change, type SearchEngine, windowSize } from "../search-index.ts";
import { indexDefinition, openSearchQueryOf } from "./opensearch-query.ts";

const answersWithinMs = 3_000;
/** What changes an index may take longer. */
const changesWithinMs = 30_000;

/** What a search asks for of a hit. */
interface Hit {
  _id: string;
  _score: number;
  _source: { tags: string[]; publishedAt: string };
}

const statusOf = (error: unknown) => (error instanceof errors.ResponseError ? (error.statusCode ?? 0) : 0);
/** Is it away, or does it have too much to do? Anything else is a fault of ours. */
const isAway = (error: unknown) =>
  error instanceof errors.OpenSearchClientError && (!(error instanceof errors.ResponseError) || statusOf(error) === 429 || statusOf(error) >= 500);

/** Has failures of the engine be those of a dependency. */
async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isAway(error)) throw error;
    throw new Problem("service_unavailable", {
      message: "The search is not available at the moment.",
      internal: "OpenSearch does not answer",
      retryAfter: 2,
      cause: error,
    });
  }
}

/** A late change of a post, or the deletion of one that it does not have: there is nothing to do. */
const isDone = ({ status = 0, result }: { status?: number; result?: string }) => status < 300 || status === 409 || (status === 404 && result === "not_found");

/** Posts in OpenSearch, under an alias. Only the words are there, none of what readers see. */
export function createOpenSearch({ url, alias }: { url: string; alias: string }): SearchEngine {
  const client = new Client({ node: url, requestTimeout: answersWithinMs, maxRetries: 0 });
  const known = new Set<string>();

  async function make(index: string): Promise<void> {
    if (known.has(index)) return;
    const { body: exists } = await client.indices.exists({ index });
    if (!exists) await client.indices.create({ index, body: indexDefinition as never }, { requestTimeout: changesWithinMs });
    known.add(index);
  }
  const operations = ({ id, revision, document }: Change): readonly object[] => {
    const versioned = { _id: id, version: revision, version_type: "external" };
    return document ? [{ index: versioned }, document] : [{ delete: versioned }];
  };

  return {
    isLive: () => asked(async () => (await client.indices.existsAlias({ name: alias })).body as boolean),

    matches: (query, range) =>
      asked(async () => {
        try {
          const { body } = await client.search({
            index: alias,
            body: {
              query: openSearchQueryOf(query, range),
              size: windowSize + 1,
              sort: [{ publishedAt: "desc" }],
              ...{ track_scores: true, track_total_hits: false, _source: ["tags", "publishedAt"] },
            } as never,
          });
          const hits = body.hits.hits as unknown as Hit[];
          const found = hits.map(({ _id, _score, _source: { tags, publishedAt } }) => ({ id: asPostId(_id), at: new Date(publishedAt), rank: _score, tags }));
          return { found, end: null };
        } catch (error) {
          if (statusOf(error) === 404) return undefined;
          throw error;
        }
      }),

    write: (changes, copy) =>
      asked(async () => {
        if (copy) await make(`${alias}-${copy}`);
        // A copy is never made by what is written to it.
        const target = copy ? { index: `${alias}-${copy}` } : { index: alias, require_alias: true };
        const { body } = await client.bulk({ ...target, body: changes.flatMap(operations) as never });
        const failed = body.items.flatMap((item) => Object.values(item)).find((result) => !isDone(result));
        if (failed) throw new Error(`OpenSearch refuses a post with ${failed.status}: ${JSON.stringify(failed.error)}`);
      }),

    goLive: (copy) =>
      asked(async () => {
        const live = `${alias}-${copy}`;
        await make(live);
        await client.indices.refresh({ index: live }, { requestTimeout: changesWithinMs });
        const { body: copies } = await client.indices.get({ index: `${alias}-*` });
        const others = Object.keys(copies).filter((index) => index !== live);
        const { body: before } = await client.indices.getAlias({ index: `${alias}-*` });
        const replaced = others.filter((index) => before[index]?.aliases[alias]);
        const actions = [{ add: { index: live, alias } }, ...replaced.map((index) => ({ remove: { index, alias } }))];
        await client.indices.updateAliases({ body: { actions } as never }, { requestTimeout: changesWithinMs });
        for (const index of others) known.delete(index);
        // Searches in hand have looked the alias up. What is left by a process that ends, the next switch drops.
        const drop = () => client.indices.delete({ index: others, ignore_unavailable: true }).catch(() => {});
        if (others.length > 0) setTimeout(drop, answersWithinMs).unref();
      }),

    async check() {
      await client.ping();
    },
    close: () => client.close(),
  };
}
