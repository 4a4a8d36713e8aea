import { pause } from "./backoff.ts";
import type { Credentials } from "./credentials.ts";
import { errorFrom, isAbort, NewFeedError, networkError } from "./errors.ts";
import { createObservable, type Observable } from "./observable.ts";
import { type Channel, locks, openChannel } from "./platform.ts";
import type { Account, Tokens } from "./types.ts";

export type SessionState =
  /** Not known yet: call `restore()`. */
  | { status: "unknown"; user: null }
  | { status: "signed-in"; user: Account }
  | { status: "signed-out"; user: null }
  /** Ended elsewhere: revoked from another device, or too old to be renewed. */
  | { status: "ended"; user: null; reason: "revoked" | "expired" };

/** The session, as the rest of the library uses it. */
export interface Session extends Observable<SessionState> {
  readonly credentials: Credentials;
  /** The token for a request that is sent now, renewed first when it is about to expire. */
  proof(): Promise<{ stamp: string; accessToken?: string; expiresAt?: number }>;
  /** Is nobody signed in, as far as is known here? */
  isVisitors(): Promise<boolean>;
  /**
   * Renews the pair of tokens that `stamp` names, unless that has happened meanwhile: one at a time, across all tabs.
   * False when there is no session any more; the state says so. Throws temporary failures.
   */
  renew(stamp: string): Promise<boolean>;
  adopt(answer: { user: Account; tokens: Tokens }): Promise<void>;
  /** Sets the user that the server named, in this tab only; null without a session. */
  setUser(user: Account | null): void;
  /** Signed out, in all tabs; `forget` follows once the server has answered. */
  leave(): void;
  forget(): Promise<void>;
  end(reason: "revoked" | "expired"): Promise<void>;
  /** Calls `listener` when there is a new access token. */
  onRenewed(listener: () => void): () => void;
  close(): void;
}

interface SessionOptions {
  baseUrl: string;
  credentials: Credentials;
  fetch: typeof globalThis.fetch;
}

/** A token that expires sooner than this is renewed before it is used. */
const leewayMs = 10_000;

export function createSession({ baseUrl, credentials, fetch }: SessionOptions): Session {
  const state = createObservable<SessionState>({ status: "unknown", user: null });
  const renewedListeners = new Set<() => void>();
  const { sharedAs } = credentials;
  const channel: Channel | undefined = sharedAs === undefined ? undefined : openChannel(sharedAs);
  let renewing: Promise<boolean> | undefined;
  const renewed = () => {
    for (const listener of [...renewedListeners]) listener();
  };

  if (channel)
    channel.onmessage = ({ data }) => {
      const message = data as { state?: SessionState; renewed?: true };
      if (message.state) state.set(message.state);
      if (message.renewed) renewed();
    };

  /** Here and in the other tabs. */
  function become(next: SessionState) {
    state.set(next);
    channel?.postMessage({ state: next });
  }

  async function end(reason: "revoked" | "expired") {
    await credentials.clear();
    if (state.state.status === "signed-in") become({ status: "ended", user: null, reason });
    else if (state.state.status === "unknown") become({ status: "signed-out", user: null });
  }

  async function adopt({ user, tokens }: { user: Account; tokens: Tokens }) {
    await credentials.adopt(tokens);
    become({ status: "signed-in", user });
    channel?.postMessage({ renewed: true });
    renewed();
  }

  async function requestRenewal(): Promise<Response> {
    const body = JSON.stringify(await credentials.refreshBody());
    const send = () =>
      fetch(`${baseUrl}/api/auth/refresh`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        credentials: credentials.withCookies ? "include" : "omit",
        body,
      });
    // The server accepts the previous token for some seconds more, so a request whose answer got lost may be repeated.
    return send().catch(send);
  }

  async function renewAlone(stamp: string): Promise<boolean> {
    // Another tab was faster.
    const now = await credentials.current();
    if (now.stamp !== stamp && now.stamp !== "") return true;
    if (!(await credentials.mayExist())) {
      await end("expired");
      return false;
    }
    const response = await requestRenewal().catch((error: unknown) => {
      throw isAbort(error) ? error : networkError(error);
    });
    const text = await response.text();
    if (response.ok) {
      await adopt((JSON.parse(text) as { data: { user: Account; tokens: Tokens } }).data);
      return true;
    }
    const error = errorFrom(response.status, text, response.headers.get("retry-after"));
    if (error.isTemporary) throw error;
    await end("expired");
    return false;
  }

  /** What another tab stores may be visible here later than its lock is free: browsers keep no order between the two. */
  async function untilStored(stamp: string): Promise<void> {
    for (let left = 25; left > 0 && (await credentials.current()).stamp === stamp; left--) await pause(20);
  }

  /** One client at a time, of those that share the session. */
  async function renewInTurn(stamp: string): Promise<boolean> {
    const manager = locks();
    if (!manager || sharedAs === undefined) return renewAlone(stamp);
    const first = await manager.request(sharedAs, { ifAvailable: true }, async (lock) => (lock ? { renewed: await renewAlone(stamp) } : null));
    if (first) return first.renewed;
    return manager.request(sharedAs, { ifAvailable: false }, async () => {
      await untilStored(stamp);
      return renewAlone(stamp);
    });
  }

  function renew(stamp: string): Promise<boolean> {
    renewing ??= (async () => {
      try {
        return await renewInTurn(stamp);
      } finally {
        renewing = undefined;
      }
    })();
    return renewing;
  }

  return {
    credentials,
    get state() {
      return state.state;
    },
    subscribe: state.subscribe,
    async proof() {
      const proof = await credentials.current();
      if (proof.expiresAt === undefined || proof.expiresAt - leewayMs > Date.now()) return proof;
      try {
        await renew(proof.stamp);
      } catch (error) {
        // The request itself then fails or succeeds.
        if (!(error instanceof NewFeedError)) throw error;
      }
      return credentials.current();
    },
    isVisitors: async () => state.state.status !== "signed-in" && !(await credentials.mayExist()),
    renew,
    adopt,
    setUser(user) {
      const { user: known } = state.state;
      if (!user) state.set({ status: "signed-out", user });
      else if (known?.id !== user.id || known.revision !== user.revision) state.set({ status: "signed-in", user });
    },
    leave: () => become({ status: "signed-out", user: null }),
    forget: credentials.clear,
    end,
    onRenewed(listener) {
      renewedListeners.add(listener);
      return () => void renewedListeners.delete(listener);
    },
    close: () => channel?.close(),
  };
}
