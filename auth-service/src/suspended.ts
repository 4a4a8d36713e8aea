import { Problem } from "@newfeed/shared/contracts/errors.ts";

/** Why a user cannot sign in, and until when. */
export function accountSuspended(reason: string, until: Date | null): Problem {
  const time = until && `${until.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const message = `Your account is suspended${time ? ` until ${time}` : ""}: ${reason.replaceAll("_", " ")}.`;
  return new Problem("account_suspended", { message, suspension: { reason, until: until?.toISOString() ?? null } });
}
