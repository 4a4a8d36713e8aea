import type { FieldError, LoginChallenge, Problem, Proof, Suspension } from "./types.ts";

/** The server's codes, and `network` when there was no answer. */
export type ErrorCode = Problem["code"] | "network";

interface Details {
  status: number;
  code: ErrorCode;
  fieldErrors?: readonly FieldError[] | undefined;
  retryAfterMs?: number | undefined;
  proofs?: readonly Proof[] | undefined;
  challenge?: LoginChallenge | undefined;
  suspension?: Suspension | undefined;
  correlationId?: string | undefined;
  cause?: unknown;
}

/** Why a call was refused. `message` is safe to show to users. */
export class NewFeedError extends Error {
  override readonly name = "NewFeedError";
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly code: ErrorCode;
  /** Which fields are wrong, and why. */
  readonly fieldErrors: readonly FieldError[];
  /** Milliseconds after which to try again, when the server said so. */
  readonly retryAfterMs: number | undefined;
  /** Of `step_up_required`: with one of these, `session.stepUp` allows the call for ten minutes. */
  readonly proofs: readonly Proof[];
  /** Of `second_factor_required`: what `session.signInWithCode` needs beside the code. */
  readonly challenge: LoginChallenge | undefined;
  /** Of `account_suspended`: why and until when, and with what to appeal (`client.moderation()`, `appealSuspension`). */
  readonly suspension: Suspension | undefined;
  /** Finds the request in the server's logs. */
  readonly correlationId: string | undefined;

  constructor(message: string, { status, code, fieldErrors = [], retryAfterMs, proofs = [], challenge, suspension, correlationId, cause }: Details) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.fieldErrors = fieldErrors;
    this.retryAfterMs = retryAfterMs;
    this.proofs = proofs;
    this.challenge = challenge;
    this.suspension = suspension;
    this.correlationId = correlationId;
  }

  /** The same call may succeed later: no answer, a request that did not arrive in time, a part of the server that is away, a limit. */
  get isTemporary(): boolean {
    return this.status === 0 || this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

export const networkError = (cause: unknown) => new NewFeedError("NewFeed cannot be reached.", { status: 0, code: "network", cause });

/** An aborted call rejects with the platform's error: it is no refusal. */
export const isAbort = (error: unknown) => error instanceof Error && error.name === "AbortError";

/** Live refusals carry a code alone. */
export const statusOf = (code: ErrorCode): number => statuses[code] ?? 400;

const statuses: Partial<Record<ErrorCode, number>> = {
  network: 0,
  unauthenticated: 401,
  token_expired: 401,
  forbidden: 403,
  cross_origin: 403,
  email_unverified: 403,
  insufficient_scope: 403,
  not_found: 404,
  request_timeout: 408,
  rate_limited: 429,
  too_many_streams: 429,
  internal: 500,
  bad_gateway: 502,
  service_unavailable: 503,
  upstream_timeout: 504,
};

const codesByStatus: Record<number, ErrorCode> = {
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  408: "request_timeout",
  413: "payload_too_large",
  429: "rate_limited",
  500: "internal",
  503: "service_unavailable",
  504: "upstream_timeout",
};

function problemIn(body: string): Partial<Problem> {
  try {
    const problem: unknown = JSON.parse(body);
    return typeof problem === "object" && problem !== null ? problem : {};
  } catch {
    // Not an answer of NewFeed's.
    return {};
  }
}

/** From an answer that is no success; one that NewFeed did not give (a proxy's page) gets the code that fits its status. */
export function errorFrom(status: number, body: string, retryAfter: string | null): NewFeedError {
  const problem = problemIn(body);
  const seconds = problem.retryAfter ?? (retryAfter === null ? Number.NaN : Number(retryAfter));
  return new NewFeedError(problem.message ?? `NewFeed answered ${status}.`, {
    status,
    code: problem.code ?? codesByStatus[status] ?? (status >= 500 ? "bad_gateway" : "malformed_request"),
    fieldErrors: problem.errors,
    proofs: problem.proofs,
    challenge: problem.challenge,
    suspension: problem.suspension,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : undefined,
    correlationId: problem.correlationId,
  });
}
