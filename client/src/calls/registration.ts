import { type Http, unwrap } from "../http.ts";
import type { Applicant, CallOptions, CreateInvite, Invite, Page, PageQuery } from "../types.ts";

/** Who may join, for administrators; throws `forbidden` for all others. */
export interface RegistrationCalls {
  /** The accounts that wait for approval, the latest first. */
  applicants(query?: PageQuery, options?: CallOptions): Promise<Page<Applicant>>;
  /** The account's owner gets a mail. */
  approve(id: string, options?: CallOptions): Promise<void>;
  /** Deletes the account; its owner gets a mail. */
  refuse(id: string, options?: CallOptions): Promise<void>;
  invites(query?: PageQuery, options?: CallOptions): Promise<Page<Invite>>;
  /** Resolves with the code, which is not shown again, and the page to sign up with it. */
  createInvite(body?: Partial<CreateInvite>, options?: CallOptions): Promise<{ invite: Invite; code: string; url: string }>;
  /** Withdraws an invitation. */
  deleteInvite(id: string, options?: CallOptions): Promise<void>;
}

export function registrationCalls({ api }: Http): RegistrationCalls {
  const of = (id: string, options?: CallOptions) => ({ params: { path: { id } }, ...options });
  return {
    applicants: (query = {}, options) => unwrap(api.GET("/api/auth/applicants", { params: { query }, ...options })),
    async approve(id, options) {
      await unwrap(api.POST("/api/auth/applicants/{id}/approve", of(id, options)));
    },
    async refuse(id, options) {
      await unwrap(api.POST("/api/auth/applicants/{id}/refuse", of(id, options)));
    },
    invites: (query = {}, options) => unwrap(api.GET("/api/auth/invites", { params: { query }, ...options })),
    createInvite: async (body = {}, options) => (await unwrap(api.POST("/api/auth/invites", { body, ...options }))).data,
    async deleteInvite(id, options) {
      await unwrap(api.DELETE("/api/auth/invites/{id}", of(id, options)));
    },
  };
}
