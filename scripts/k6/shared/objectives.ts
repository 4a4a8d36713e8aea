/** An objective of docs/operations.md, as scripts measure it from outside. */
interface Objective {
  /** Of all, that meet it. */
  share: number;
  /** For what has to be there in time. */
  withinMs?: number;
  /** What a script counts it with. */
  metric: string;
}

/**
 * The alerts (deploy/observability/rules.yml) go by the same numbers, which a test compares. `availability` is stricter here: k6 counts
 * every request that fails, also those that the server never saw, and refusals (4xx).
 */
export const objectives = {
  availability: { share: 0.999, metric: "http_req_failed" },
  "sign-in": { share: 0.995, withinMs: 2_500, metric: "signed_in_in_time" },
  delivery: { share: 0.99, withinMs: 1_000, metric: "delivered_in_time" },
} as const satisfies Record<string, Objective>;

/** The share that may miss an objective. */
export const missed = ({ share }: Pick<Objective, "share">): number => Number((1 - share).toFixed(6));

const boundOf = (objective: Objective) => (objective === objectives.availability ? `rate<=${missed(objective)}` : `rate>=${objective.share}`);

/** The objective that a threshold tests as it stands, without parameters that weaken it. */
export const objectiveOf = (metric: string, bound: string): string | undefined =>
  Object.entries(objectives).find(([, objective]) => objective.metric === metric && boundOf(objective) === bound)?.[0];
