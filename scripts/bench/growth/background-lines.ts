import { setTimeout as sleep } from "node:timers/promises";
import { createCardStore } from "@newfeed/post-service/cards/store.ts";
import { producersFor } from "@newfeed/shared/contracts/events.ts";
import { outboxRoutes } from "@newfeed/shared/contracts/routes/outbox.ts";
import { type StoringServiceName, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { createServiceClient } from "@newfeed/shared/http/service-client.ts";
import { startReconciliation } from "@newfeed/shared/outbox/reconciliation.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import type { Feed } from "../../../app/feed.ts";
import { linkOfMany } from "./data/posts.ts";
import { batches, type Line, upTo, write } from "./lines.ts";

/** What the jobs that only wake others leave to them, by their names. */
const woken: Readonly<Record<string, string>> = {
  media_removals: "media_removal WHERE due_at < now()",
  trimmed_streams: "stream WHERE due_at IS NOT NULL",
  names_to_index: "profile WHERE indexed_names IS DISTINCT FROM username || ' ' || full_name",
};

/** Each job of each service's housekeeping, until nothing is due. `removed` gets how many rows that were. */
export function housekeepingLines(
  { runs }: Pick<Feed, "runs">,
  databases: Readonly<Record<StoringServiceName, RawDatabase>>,
  removed: Map<string, number>,
): Line[] {
  return storingServiceNames.flatMap((service) =>
    (runs.find(({ name }) => name === service)?.housekeeping.jobs ?? []).map(({ name, runSome }) =>
      batches(`housekeeping of ${service}, ${name}`, async () => {
        const from = woken[name];
        const due = async () => {
          const [row] = from ? await databases[service].query<{ n: number }>(`SELECT count(*) AS n FROM ${from}`) : [];
          return row?.n ?? 0;
        };
        let rows = await due();
        for (let some = await runSome(); some > 0; some = await runSome()) rows += some;
        while ((await due()) > 0) await sleep(50);
        removed.set(`${service} ${name}`, rows);
      }),
    ),
  );
}

/** The newest posts of the link, which others index again: in the large feed by larger indexes. */
const hundredPosts = 1_000;

/** The card of a link changes that very many posts have. */
export function cardLines(databases: Readonly<Record<StoringServiceName, RawDatabase>>): Line[] {
  const cards = createCardStore(databases["post-service"]);
  return [
    upTo(
      hundredPosts,
      write("a changed card", async (_world, n) => {
        await cards.save(linkOfMany, { title: `What it says of itself now, ${n}`, description: "", siteName: "" });
      }),
    ),
  ];
}

/** Reconciliation of each consumer with all that its producers have sent in a day. */
export function reconciliationLines({ platform }: Pick<Feed, "platform">): Line[] {
  return storingServiceNames.map((name) =>
    batches(`reconciliation of ${name}`, async () => {
      const { query } = await platform.openDatabase(name);
      const callService = createServiceClient(name, platform.upstreams, platform.internalTokens);
      let lost = 0;
      const producers = producersFor(name);
      await query("DELETE FROM newfeed.reconciliation_position");
      const reconciliation = startReconciliation({
        query,
        holder: platform.config.instance,
        producers,
        readSent: (producer, types, after) => callService(outboxRoutes(producer).sentEvents, { body: { types: [...types], after } }),
        readBodies: async (_producer, ids) => {
          lost += ids.length;
          return [];
        },
        handle: async () => {},
        inHand: { has: () => false },
        logger: platform.logger,
        metrics: { fetched: () => {} },
        firstAfterMs: 3_600_000,
      });
      // The service's own may be looking just now, under the same lease.
      for (let positions = 0; positions < producers.size; ) {
        await reconciliation.look();
        const [row] = await query<{ n: number }>("SELECT count(*) AS n FROM newfeed.reconciliation_position");
        positions = row?.n ?? 0;
        if (positions < producers.size) await sleep(100);
      }
      await reconciliation.close();
      if (lost > 0) throw new Error(`${name} takes ${lost} events for lost that it has consumed`);
    }),
  );
}
