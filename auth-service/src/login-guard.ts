import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Limiter, LimitState } from "@newfeed/shared/ports/limiter.ts";
import { networkOf } from "@newfeed/shared/ports/network.ts";
import { createPace } from "./pace.ts";

export interface Attempt {
  /** What the user typed, in lower case; of a signed-in user `id:<user id>`. */
  login: string;
  /** Null if there is no such account: the attempt takes the same steps and the same time. */
  account: UserId | null;
  address: string;
  matches(): Promise<boolean>;
}

/** Lets a right password through. Throws `invalid_credentials` for a wrong one, `rate_limited` after too many. */
export type Guard = (attempt: Attempt) => Promise<void>;

/** After a failure beyond a limit that slows, the next attempt waits this long for each failure beyond. */
const pausePerFailureMs = 250;
const longestPauseMs = 10_000;
const mayWait = 5;

const failuresBeyond = ({ consumed, limit }: LimitState) => Math.max(0, consumed - limit);

function requireAllowed({ allowed, resetMs }: LimitState): void {
  if (!allowed) throw new Problem("rate_limited", { message: "Too many failed attempts; try again later.", retryAfter: resetMs / 1000 });
}

/** Attempts of one login from one network; of one account, whatever is typed. */
const byLoginHere = (login: string, network: string) => `${login}|${network}`;
const byAccountHere = (account: string, network: string) => `account:${account}|${network}`;

/** Of a user who has just proven who they are: the failures of before, from here, do not keep them out. */
export async function forgetFailures(
  limiter: Pick<Limiter, "reset">,
  account: { id: UserId; email: string; username: string },
  address: string,
): Promise<void> {
  const network = networkOf(address);
  const keys = [account.email, account.username].map((login) => byLoginHere(login.toLowerCase(), network)).concat(byAccountHere(account.id, network));
  await Promise.all(keys.map((key) => limiter.reset("loginFailure", key)));
}

/**
 * Bounds guessing without locking users out, and without telling which logins belong to one account:
 * - By login and network, attempts are refused after some failures: by what was typed, whether it exists or not.
 * - By account and network, a right password beyond the limit is answered as a wrong one. So the two logins of an account
 *   allow no more guesses than one, and nobody sees that they are of one account.
 * - By network, and by login over all networks, attempts beyond the limit take turns, with a pause after each failure.
 *
 * The last two spare a right password from a network where the account has a session; `addressesOf` gives those of its
 * latest sessions.
 */
export function createGuard(limiter: Limiter, addressesOf: (account: UserId | null) => Promise<string[]>): Guard {
  const takeTurn = createPace(mayWait);

  return async ({ login, account, address, matches }) => {
    const network = networkOf(address);
    const [here, owner] = [byLoginHere(login, network), byAccountHere(account ?? login, network)];
    const states = (how: "peek" | "consume") =>
      Promise.all([
        limiter[how]("loginFailure", here),
        limiter[how]("loginFailure", owner),
        limiter[how]("loginFailureByAddress", network),
        limiter[how]("loginFailureByLogin", login),
      ]);
    /** Waits for the turns of the limits that are exceeded. */
    async function slow(byNetwork: LimitState, byLogin: LimitState, failed: boolean): Promise<void> {
      for (const [key, state] of [[`network:${network}`, byNetwork] as const, [`login:${login}`, byLogin] as const]) {
        const beyond = failuresBeyond(state);
        if (beyond > 0) await takeTurn(key, failed ? Math.min(longestPauseMs, beyond * pausePerFailureMs) : 0);
      }
    }

    requireAllowed(await limiter.peek("loginFailure", here));
    const right = await matches();
    // Again: of many guesses that came at once, those beyond the limit must not tell which one was right.
    const [ofLogin, ofAccount, byNetwork, byLogin] = await states("peek");
    requireAllowed(ofLogin);
    const usual = ofAccount.allowed && failuresBeyond(byNetwork) + failuresBeyond(byLogin) === 0;
    const known = !usual && (await addressesOf(account)).some((each) => networkOf(each) === network);
    if (right && (known || ofAccount.allowed)) {
      if (!known) await slow(byNetwork, byLogin, false);
      await Promise.all([limiter.reset("loginFailure", here), limiter.reset("loginFailure", owner)]);
      return;
    }
    const [failed, , inNetwork, inLogin] = await states("consume");
    requireAllowed(failed);
    await slow(inNetwork, inLogin, true);
    throw new Problem("invalid_credentials");
  };
}
