import * as z from "zod";
import { moderationReasons } from "./moderation.ts";
import { OpenEnum } from "./primitives.ts";
import { predicateOf } from "./sentences.ts";

// Wherever a schema has no words of its own, it says what is wrong in those that clients may show to people.
z.config({ localeError: predicateOf });

/** The one table of error codes: HTTP status and the message that is safe to show to a client. */
export const errorTable = {
  validation_failed: { status: 400, message: "The request is not valid." },
  malformed_json: { status: 400, message: "The body is not valid JSON." },
  external_sign_in_failed: { status: 400, message: "The sign-in was not completed, or is too old. Start again." },
  link_invalid: { status: 400, message: "This link has been used, or is too old. Ask for a new one." },
  malformed_request: { status: 400, message: "The request cannot be read." },
  unauthenticated: { status: 401, message: "Sign in first." },
  invalid_credentials: { status: 401, message: "E-mail, username or password is wrong." },
  token_expired: { status: 401, message: "The token has expired." },
  second_factor_required: { status: 401, message: "Enter a code of your authenticator app, or a recovery code." },
  challenge_invalid: { status: 401, message: "That took too long or too many attempts. Sign in again." },
  refresh_invalid: { status: 401, message: "The refresh token is not valid; sign in again." },
  forbidden: { status: 403, message: "That is not allowed." },
  approval_pending: { status: 403, message: "Your account is waiting for an administrator to approve it. You will get a mail then." },
  account_suspended: { status: 403, message: "Your account is suspended." },
  email_unverified: { status: 403, message: "Confirm your e-mail address first. The link is in your mail; your settings send it again." },
  insufficient_scope: { status: 403, message: "This token does not allow that." },
  step_up_required: { status: 403, message: "Confirm first that it is you." },
  invite_invalid: { status: 403, message: "This invitation is not valid: it may have been used, or be too old." },
  registration_closed: { status: 403, message: "This site is not taking new accounts." },
  not_owner: { status: 403, message: "That belongs to someone else." },
  comments_restricted: { status: 403, message: "The author of this post has limited who may comment." },
  cross_origin: { status: 403, message: "This origin may not use the session cookie." },
  not_offered: { status: 404, message: "This site does not offer that." },
  not_found: { status: 404, message: "There is no such thing." },
  method_not_allowed: { status: 405, message: "That method is not supported here." },
  request_timeout: { status: 408, message: "The request took too long to arrive." },
  conflict: { status: 409, message: "That conflicts with what is stored." },
  username_taken: { status: 409, message: "That username is taken." },
  email_taken: { status: 409, message: "That e-mail address has an account." },
  external_login_taken: { status: 409, message: "That login is linked with another account, or yours has one of the same kind." },
  last_sign_in: { status: 409, message: "That is the only way into your account. Set a password first." },
  idempotency_in_progress: { status: 409, message: "A request with this Idempotency-Key is still running." },
  payload_too_large: { status: 413, message: "That is too large." },
  quota_exceeded: { status: 413, message: "Your uploads take up all the space that you have. Delete some first." },
  uri_too_long: { status: 414, message: "The address of the request is too long." },
  unsupported_media_type: { status: 415, message: "That content type is not accepted here." },
  range_not_satisfiable: { status: 416, message: "The file has no such part." },
  idempotency_mismatch: { status: 422, message: "This Idempotency-Key was used with another request." },
  unprocessable_media: { status: 422, message: "The file cannot be processed." },
  headers_too_large: { status: 431, message: "The headers of the request are too large." },
  rate_limited: { status: 429, message: "Too many requests; try again later." },
  too_many_streams: { status: 429, message: "Too many open connections or followed streams." },
  internal: { status: 500, message: "Something went wrong on our side." },
  provider_unavailable: { status: 502, message: "The site that you sign in with does not answer; try again soon." },
  bad_gateway: { status: 502, message: "A service gave no usable answer." },
  service_unavailable: { status: 503, message: "That part is not available right now; try again soon." },
  upstream_timeout: { status: 504, message: "That took too long; try again." },
  loop_detected: { status: 508, message: "The request came back to where it was sent from." },
} as const satisfies Record<string, { status: number; message: string }>;

export type ErrorCode = keyof typeof errorTable;
export const errorCodes = Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]];

export const FieldError = z.object({ field: z.string(), message: z.string() }).meta({ id: "FieldError" });
export type FieldError = z.infer<typeof FieldError>;

/** What shows, in a session, that its user is present (`POST /api/auth/step-up`). */
export const proofs = ["password", "sign_in", "code", "passkey"] as const;
export type Proof = (typeof proofs)[number];

/** A sign-in that waits for the second factor. */
export const LoginChallenge = z
  .object({
    token: z.string(),
    expiresAt: z.iso.datetime(),
    passkey: z.boolean().optional().meta({ description: "The account has a passkey, which can take the place of the code" }),
  })
  .meta({ id: "LoginChallenge", description: "Of `second_factor_required`: what `POST /api/auth/login/second-factor` needs beside the code, or passkey" });
export type LoginChallenge = z.infer<typeof LoginChallenge>;

/** Why an account is suspended, and until when. */
export const Suspension = z
  .object({
    reason: OpenEnum(moderationReasons),
    until: z.iso.datetime().nullable().meta({ description: "null where it has no end" }),
    appealToken: z.string().optional().meta({ description: "For half an hour, what `POST /api/auth/suspension/appeal` takes in place of a password" }),
  })
  .meta({ id: "Suspension", description: "Of `account_suspended`" });
export type Suspension = z.infer<typeof Suspension>;

/** RFC 9457 problem details, with `success` and `message` beside the standard members. */
export const ProblemDocument = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(errorCodes),
    success: z.literal(false),
    message: z.string(),
    errors: z.array(FieldError).optional(),
    retryAfter: z.number().optional().meta({ description: "Seconds, as in Retry-After" }),
    proofs: z.array(z.enum(proofs)).optional().meta({ description: "Of `step_up_required`: what the account can prove itself with, one of which is needed" }),
    challenge: LoginChallenge.optional(),
    suspension: Suspension.optional(),
    correlationId: z.string().optional(),
  })
  .meta({ id: "Problem" });
export type ProblemDocument = z.infer<typeof ProblemDocument>;

export interface ProblemOptions {
  /** Safe to show; the table's message when absent. */
  message?: string;
  /** For the log only. */
  internal?: string;
  errors?: FieldError[];
  /** Seconds until a retry makes sense. */
  retryAfter?: number;
  /** One of which is asked for. */
  proofs?: readonly Proof[];
  challenge?: LoginChallenge;
  suspension?: Suspension;
  cause?: unknown;
  /** False when the log has the reason already: an open breaker refuses every call. */
  logged?: boolean;
}

/** The only error that becomes an answer. It has a safe face (`publicMessage`) and an inner one (`message`, for the log). */
export class Problem extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly publicMessage: string;
  readonly errors: FieldError[] | undefined;
  readonly retryAfter: number | undefined;
  readonly proofs: readonly Proof[] | undefined;
  readonly challenge: LoginChallenge | undefined;
  readonly suspension: Suspension | undefined;
  readonly logged: boolean;

  constructor(code: ErrorCode, options: ProblemOptions = {}) {
    const publicMessage = options.message ?? errorTable[code].message;
    super(options.internal ?? publicMessage, { cause: options.cause });
    this.name = "Problem";
    this.code = code;
    this.status = errorTable[code].status;
    this.publicMessage = publicMessage;
    this.errors = options.errors;
    this.retryAfter = options.retryAfter;
    this.proofs = options.proofs;
    this.challenge = options.challenge;
    this.suspension = options.suspension;
    this.logged = options.logged ?? true;
  }

  /** The body of the answer. */
  toDocument(correlationId?: string): ProblemDocument {
    return {
      type: `urn:newfeed:problem:${this.code}`,
      title: errorTable[this.code].message,
      status: this.status,
      detail: this.publicMessage,
      code: this.code,
      success: false,
      message: this.publicMessage,
      ...(this.errors && { errors: this.errors }),
      ...(this.retryAfter !== undefined && { retryAfter: this.retryAfter }),
      ...(this.proofs && { proofs: [...this.proofs] }),
      ...(this.challenge && { challenge: this.challenge }),
      ...(this.suspension && { suspension: this.suspension }),
      ...(correlationId && { correlationId }),
    };
  }
}

/** A problem about fields. What is wrong with each is the rest of a sentence that begins with its name; the problem's message is the first one in full. */
function invalidFields(errors: FieldError[]): Problem {
  const first = errors[0];
  return new Problem("validation_failed", { errors, ...(first && { message: `${first.field} ${first.message}` }) });
}

/** A validation problem about one field: `limit`, `must be a whole number`. */
export const invalidField = (field: string, predicate: string): Problem => invalidFields([{ field, message: predicate }]);

/** Turns the schema library's verdict into a problem that names each field. */
export function problemFromZod(error: z.ZodError): Problem {
  return invalidFields(
    error.issues.flatMap((issue) => {
      const path = issue.path.join(".");
      if (issue.code === "unrecognized_keys") return issue.keys.map((key) => ({ field: path ? `${path}.${key}` : key, message: "is not a known field" }));
      return [{ field: path || "body", message: issue.message }];
    }),
  );
}
