import type { Batch, Job } from "@newfeed/shared/jobs/job.ts";
import type { SecondCopy } from "@newfeed/shared/ports/second-copy.ts";
import type { HandlerTransaction } from "@newfeed/shared/ports/service.ts";
import { rebuildJobName, rebuildOperationsOn } from "./store.ts";

/** What another service has, by pages, in an order in which what is new comes last or comes by an event, too. */
export interface Source {
  /** Stands in the database while a rebuild runs. */
  name: string;
  /** Some of it behind a key; `next` is null with the last of it. */
  page(after: string | null): Promise<{ rows: number; next: string | null; save(transaction: Pick<HandlerTransaction, "query">): Promise<void> }>;
}

/** Steps behind the sources, whose names are words. */
const [analysing, goingLive] = ["(analyse)", "(go live)"] as const;

/**
 * Builds the read models a second time, beside the live ones, and puts the copy in their place. From the first step on, event
 * handlers write to both; what happened before is in the owners' pages, and an older revision never replaces a newer one. A step
 * is a batch of the job, so that it goes on where it was after a crash.
 */
export function rebuildJob(copy: SecondCopy, sources: readonly Source[]): Job {
  const steps = [...sources.map(({ name }) => name), analysing, goingLive];
  const stepBehind = (name: string): string => steps[steps.indexOf(name) + 1] as string;

  async function takePage(source: Source, after: string | null, { query }: HandlerTransaction): Promise<Batch> {
    const { rows, next, save } = await source.page(after);
    const isThere = await rebuildOperationsOn(query).takeIn(rows, () => save({ query }));
    if (!isThere) return { rows, next: null };
    return { rows, next: next === null ? stepBehind(source.name) : `${source.name} ${next}` };
  }

  return {
    name: rebuildJobName,
    async batch(_subject, position, _limit, transaction) {
      await rebuildOperationsOn(transaction.query).waitForStep();
      if (position === goingLive) {
        await copy.goLive();
        return { rows: 0, next: null };
      }
      if (position === analysing) {
        await copy.analyse();
        return { rows: 0, next: goingLive };
      }
      const [, name, after = null] = /^(\w+)(?: (.+))?$/.exec(position ?? "") ?? [];
      const source = sources.find((one) => one.name === name);
      if (source) return takePage(source, after, transaction);
      // The first step; or one of another version, which begins anew.
      await copy.create();
      return { rows: 0, next: steps[0] as string };
    },
  };
}
