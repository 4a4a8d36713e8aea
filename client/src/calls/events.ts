import { type Http, unwrap } from "../http.ts";
import type {
  AccountDeletion,
  CallOptions,
  ChangeDeadLetters,
  ChangedDeadLetters,
  CreateReplay,
  DeadLetter,
  DeadLetterStep,
  DeadLetterSummary,
  LiveInstance,
  Page,
  Replay,
  SessionsOfAccount,
  StoredEvent,
  TimelineEntry,
} from "../types.ts";

type Service = ChangeDeadLetters["service"];

/** Which events; all that is given must be true of them. */
export interface EventFilters {
  /** `post.created`, or `POST_CREATED`. */
  type?: string;
  /** The id of what it happened to. */
  aggregate?: string;
  /** The id of who did it. */
  actor?: string;
  correlation?: string;
  /** Times (ISO 8601): made then or later, and before then. */
  from?: string;
  to?: string;
}
type Paging = { limit?: number; cursor?: string };

/** What happened, for administrators and auditors; throws `forbidden` for all others. */
export interface EventCalls {
  /** The newest first. */
  list(query?: EventFilters & Paging, options?: CallOptions): Promise<Page<StoredEvent>>;
  get(id: string, options?: CallOptions): Promise<StoredEvent>;
  /** What happened to something, the oldest first. */
  ofAggregate(id: string, query?: Paging, options?: CallOptions): Promise<Page<StoredEvent>>;
  /** What a request has caused, the oldest first. */
  ofCorrelation(correlationId: string, query?: Paging, options?: CallOptions): Promise<Page<TimelineEntry>>;
  /** Has a service handle kept events again; for administrators, as the next three. */
  replay(body: Omit<CreateReplay, "rate"> & { rate?: number }, options?: CallOptions): Promise<Replay>;
  /** Throw `conflict` for a replay that is in no state for it. */
  pauseReplay(id: string, options?: CallOptions): Promise<Replay>;
  resumeReplay(id: string, options?: CallOptions): Promise<Replay>;
  cancelReplay(id: string, options?: CallOptions): Promise<Replay>;
  getReplay(id: string, options?: CallOptions): Promise<Replay>;
  /** The newest first. */
  replays(query?: Paging, options?: CallOptions): Promise<Page<Replay>>;
  /** Events that services failed to handle, service by service. */
  deadLetters(query?: { service?: Service; type?: string; reason?: string } & Paging, options?: CallOptions): Promise<Page<DeadLetterSummary>>;
  deadLetter(service: Service, id: number, options?: CallOptions): Promise<DeadLetter>;
  /** How many each service has; null for one that cannot be asked. */
  deadLetterCounts(options?: CallOptions): Promise<{ service: string; letters: number | null }[]>;
  /** What was done with them, the newest first. */
  deadLetterAudit(query?: Paging, options?: CallOptions): Promise<Page<DeadLetterStep>>;
  /** Where a user is signed in. Throws `not_found`. */
  sessionsOf(username: string, options?: CallOptions): Promise<SessionsOfAccount>;
  /** Signs a user out of one device, or everywhere; for administrators. */
  endSessionsOf(username: string, id?: string, options?: CallOptions): Promise<void>;
  /** The instances that clients are connected to. */
  liveInstances(options?: CallOptions): Promise<LiveInstance[]>;
  /** Deletions of accounts, and how far each service is, the newest first. */
  accountDeletions(query?: { state?: "running" } & Paging, options?: CallOptions): Promise<Page<AccountDeletion>>;
  /** Has a service handle dead letters again, or forgets them: one, or a thousand in a step; for administrators. */
  replayDeadLetters(body: Omit<ChangeDeadLetters, "after"> & { after?: number }, options?: CallOptions): Promise<ChangedDeadLetters>;
  dropDeadLetters(body: Omit<ChangeDeadLetters, "after"> & { after?: number }, options?: CallOptions): Promise<ChangedDeadLetters>;
}

export function eventCalls({ api }: Http): EventCalls {
  const of = (id: string, options?: CallOptions) => ({ params: { path: { id } }, ...options });
  return {
    list: (query = {}, options) => unwrap(api.GET("/api/v1/events", { params: { query }, ...options })),
    get: (id, options) => unwrap(api.GET("/api/v1/events/{id}", of(id, options))),
    ofAggregate: (id, query = {}, options) => unwrap(api.GET("/api/v1/events/aggregates/{id}", { params: { path: { id }, query }, ...options })),
    ofCorrelation: (correlationId, query = {}, options) =>
      unwrap(api.GET("/api/v1/events/correlations/{correlationId}", { params: { path: { correlationId }, query }, ...options })),
    replay: (body, options) => unwrap(api.POST("/api/v1/replays", { body: { rate: 500, ...body }, ...options })),
    pauseReplay: (id, options) => unwrap(api.POST("/api/v1/replays/{id}/pause", of(id, options))),
    resumeReplay: (id, options) => unwrap(api.POST("/api/v1/replays/{id}/resume", of(id, options))),
    cancelReplay: (id, options) => unwrap(api.POST("/api/v1/replays/{id}/cancel", of(id, options))),
    getReplay: (id, options) => unwrap(api.GET("/api/v1/replays/{id}", of(id, options))),
    replays: (query = {}, options) => unwrap(api.GET("/api/v1/replays", { params: { query }, ...options })),
    deadLetters: (query = {}, options) => unwrap(api.GET("/api/v1/dead-letters", { params: { query }, ...options })),
    deadLetter: (service, id, options) => unwrap(api.GET("/api/v1/dead-letters/{service}/{id}", { params: { path: { service, id: String(id) } }, ...options })),
    deadLetterCounts: async (options) => (await unwrap(api.GET("/api/v1/dead-letters/counts", { ...options }))).services,
    deadLetterAudit: (query = {}, options) => unwrap(api.GET("/api/v1/dead-letters/audit", { params: { query }, ...options })),
    sessionsOf: (username, options) => unwrap(api.GET("/api/v1/accounts/{username}/sessions", { params: { path: { username } }, ...options })),
    async endSessionsOf(username, id, options) {
      await (id === undefined
        ? unwrap(api.DELETE("/api/v1/accounts/{username}/sessions", { params: { path: { username } }, ...options }))
        : unwrap(api.DELETE("/api/v1/accounts/{username}/sessions/{id}", { params: { path: { username, id } }, ...options })));
    },
    liveInstances: async (options) => (await unwrap(api.GET("/api/v1/live-instances", { ...options }))).instances,
    accountDeletions: (query = {}, options) => unwrap(api.GET("/api/v1/account-deletions", { params: { query }, ...options })),
    replayDeadLetters: (body, options) => unwrap(api.POST("/api/v1/dead-letters/replay", { body: { after: 0, ...body }, ...options })),
    dropDeadLetters: (body, options) => unwrap(api.POST("/api/v1/dead-letters/drop", { body: { after: 0, ...body }, ...options })),
  };
}
