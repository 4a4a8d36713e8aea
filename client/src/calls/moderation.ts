import { type Http, unwrap } from "../http.ts";
import type {
  AppealSuspension,
  CallOptions,
  CreateReport,
  DecideCases,
  ModerationCase,
  ModerationCaseDetails,
  ModerationFigures,
  ModerationRule,
  NamedAuditEntry,
  Page,
  RejectCase,
  Report,
  RuleTrial,
  UpdateRule,
  WriteRule,
} from "../types.ts";

/** Reports and, for moderators, what becomes of them; all but the first two and `appeal` throw `forbidden` for all others. */
export interface ModerationCalls {
  /** Reports what the user can see, once: again, it is the report that there is. */
  report(body: Omit<CreateReport, "note"> & { note?: string }, options?: CallOptions): Promise<Report>;
  /** What moderators go by, for everyone; null where there are none. */
  communityRules(options?: CallOptions): Promise<string | null>;
  /** Cases of a state (`open`), the newest first. */
  cases(
    query?: { state?: ModerationCase["state"]; type?: ModerationCase["target"]["type"]; limit?: number; cursor?: string },
    options?: CallOptions,
  ): Promise<Page<ModerationCase>>;
  case(id: string, options?: CallOptions): Promise<ModerationCaseDetails>;
  /** No other moderator decides it for 15 minutes. Throws `conflict` while another has it. */
  claim(id: string, options?: CallOptions): Promise<ModerationCase>;
  release(id: string, options?: CallOptions): Promise<ModerationCase>;
  /** `revision`: of the case as it was seen. Throws `conflict` once it is another, as what follows. */
  approve(id: string, revision: number, options?: CallOptions): Promise<ModerationCase>;
  reject(id: string, body: RejectCase, options?: CallOptions): Promise<ModerationCase>;
  /** Leaves it to administrators. */
  escalate(id: string, revision: number, options?: CallOptions): Promise<ModerationCase>;
  /** Takes the last decision back. */
  undo(id: string, revision: number, options?: CallOptions): Promise<ModerationCase>;
  /** Many cases alike, each by itself. */
  decide(body: DecideCases, options?: CallOptions): Promise<{ id: string; decided: boolean; message: string | null }[]>;
  /** For the author of what was acted against: another moderator decides. */
  appeal(id: string, text: string, options?: CallOptions): Promise<void>;
  /** The same for a suspended user, who has no session: with their password. */
  appealSuspension(body: AppealSuspension, options?: CallOptions): Promise<void>;
  /** What content is checked for. */
  rules(options?: CallOptions): Promise<ModerationRule[]>;
  /** For administrators, as what follows but `tryRule`. */
  createRule(body: WriteRule, options?: CallOptions): Promise<ModerationRule>;
  updateRule(id: string, body: UpdateRule, options?: CallOptions): Promise<ModerationRule>;
  deleteRule(id: string, options?: CallOptions): Promise<void>;
  /** What a rule would find among the newest 1,000 public posts. */
  tryRule(body: WriteRule, options?: CallOptions): Promise<RuleTrial>;
  /** Every step of every case, the newest first. */
  audit(query?: { limit?: number; cursor?: string }, options?: CallOptions): Promise<Page<NamedAuditEntry>>;
  /** How many cases wait, and how long they do. */
  figures(options?: CallOptions): Promise<ModerationFigures>;
}

export function moderationCalls({ api }: Http): ModerationCalls {
  const of = (id: string, options?: CallOptions) => ({ params: { path: { id } }, ...options });
  return {
    report: (body, options) => unwrap(api.POST("/api/v1/reports", { body, ...options })),
    communityRules: async (options) => (await unwrap(api.GET("/api/v1/community-rules", { ...options }))).text,
    cases: (query = {}, options) => unwrap(api.GET("/api/v1/moderation/cases", { params: { query }, ...options })),
    case: (id, options) => unwrap(api.GET("/api/v1/moderation/cases/{id}", of(id, options))),
    claim: (id, options) => unwrap(api.POST("/api/v1/moderation/cases/{id}/claim", of(id, options))),
    release: (id, options) => unwrap(api.DELETE("/api/v1/moderation/cases/{id}/claim", of(id, options))),
    approve: (id, revision, options) => unwrap(api.POST("/api/v1/moderation/cases/{id}/approve", { body: { revision }, ...of(id, options) })),
    reject: (id, body, options) => unwrap(api.POST("/api/v1/moderation/cases/{id}/reject", { body, ...of(id, options) })),
    escalate: (id, revision, options) => unwrap(api.POST("/api/v1/moderation/cases/{id}/escalate", { body: { revision }, ...of(id, options) })),
    undo: (id, revision, options) => unwrap(api.POST("/api/v1/moderation/cases/{id}/undo", { body: { revision }, ...of(id, options) })),
    decide: async (body, options) => (await unwrap(api.POST("/api/v1/moderation/cases/decide", { body, ...options }))).data,
    async appeal(id, text, options) {
      await unwrap(api.POST("/api/v1/moderation/cases/{id}/appeal", { body: { text }, ...of(id, options) }));
    },
    async appealSuspension(body, options) {
      await unwrap(api.POST("/api/auth/suspension/appeal", { body, ...options }));
    },
    rules: async (options) => (await unwrap(api.GET("/api/v1/moderation/rules", { ...options }))).data,
    createRule: (body, options) => unwrap(api.POST("/api/v1/moderation/rules", { body, ...options })),
    updateRule: (id, body, options) => unwrap(api.PATCH("/api/v1/moderation/rules/{id}", { body, ...of(id, options) })),
    async deleteRule(id, options) {
      await unwrap(api.DELETE("/api/v1/moderation/rules/{id}", of(id, options)));
    },
    tryRule: (body, options) => unwrap(api.POST("/api/v1/moderation/rules/try", { body, ...options })),
    audit: (query = {}, options) => unwrap(api.GET("/api/v1/moderation/audit", { params: { query }, ...options })),
    figures: (options) => unwrap(api.GET("/api/v1/moderation/figures", { ...options })),
  };
}
