import { type Http, unwrap } from "../http.ts";
import type { CallOptions, MailAddress } from "../types.ts";

/** Mails of notifications. */
export interface MailCalls {
  /** Whether they reach you. */
  address(options?: CallOptions): Promise<MailAddress>;
  /** Has them be sent again to an address from which mails came back. */
  retryAddress(options?: CallOptions): Promise<MailAddress>;
  /** Ends those that a link in a mail stands for: of the type that it gives, or (null) all. Needs no session. */
  unsubscribe(token: string, options?: CallOptions): Promise<string | null>;
}

export const mailCalls = ({ api }: Http): MailCalls => ({
  address: (options) => unwrap(api.GET("/api/v1/mails/address", { ...options })),
  retryAddress: (options) => unwrap(api.POST("/api/v1/mails/address/retry", { ...options })),
  unsubscribe: async (token, options) => (await unwrap(api.POST("/api/v1/mails/unsubscribe", { params: { query: { token } }, ...options }))).type,
});
