import type { Credentials } from "./credentials.ts";
import { errorFrom, isAbort, NewFeedError, networkError } from "./errors.ts";
import { createObservable, type Observable } from "./observable.ts";
import { type Channel, locks, openChannel } from "./platform.ts";
import type { Account, Tokens } from "./types.ts";

export type SessionState =
  /** Nobody has asked yet: call `restore()`. */
  | { status: "unknown"; user: null }
  | { status: "signed-in"; user: Account }
  | { status: "signed-out"; user: null }
  /** It was ended elsewhere: revoked from another device, or too old to be renewed. */
  | { status: "ended"; user: null; reason: "revoked" | "expired" };

/** What the rest of the library asks of the session. */
export interface SessionKeeper extends Observable<SessionState> {
  readonly credentials: Credentials;
  /** The proof for a request that goes out now, renewed first when it is about to end. */
  proof(): Promise<{ stamp: string; accessToken?: string; expiresAt?: number }>;
  /**
   * Renews the pair of tokens that `stamp` names, unless that has happened meanwhile: one at a time, over all tabs.
   * False: there is no session (any more), and the state says so. Throws what is temporary.
   */
  renew(stamp: string): Promise<boolean>;
  adopt(answer: { user: Account; tokens: Tokens }): Promise<void>;
  /** What the server said, or that there is nothing to ask: news for nobody else. */
  know(user: Account | null): void;
  /** Signed out, in all tabs; `forget` follows once the server has been told. */
  leave(): void;
  forget(): Promise<void>;
  end(reason: "revoked" | "expired"): Promise<void>;
  /** Calls when the access token is a new one. */
  onRenewed(listener: () => void): () => void;
  close(): void;
}

interface KeeperOptions {
  baseUrl: string;
  credentials: Credentials;
  fetch: typeof globalThis.fetch;
}

/** A token that ends sooner than this is renewed before it is used. */
const leewayMs = 10_000;

export function createSessionKeeper({ baseUrl, credentials, fetch }: KeeperOptions): SessionKeeper {
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

  async function askForRenewal(): Promise<Response> {
    const body = JSON.stringify(await credentials.refreshBody());
    const ask = () =>
      fetch(`${baseUrl}/api/auth/refresh`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        credentials: credentials.withCookies ? "include" : "omit",
        body,
      });
    // The server takes the token before for some seconds more: an answer that got lost may be asked for again.
    return ask().catch(ask);
  }

  async function renewAlone(stamp: string): Promise<boolean> {
    // Another tab was faster.
    const now = await credentials.current();
    if (now.stamp !== stamp && now.stamp !== "") return true;
    if (!(await credentials.mayExist())) {
      await end("expired");
      return false;
    }
    const response = await askForRenewal().catch((error: unknown) => {
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

  function renew(stamp: string): Promise<boolean> {
    renewing ??= (async () => {
      try {
        const manager = sharedAs === undefined ? undefined : locks();
        return await (manager && sharedAs !== undefined ? manager.request(sharedAs, () => renewAlone(stamp)) : renewAlone(stamp));
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
        // Then the request itself shows how things are.
        if (!(error instanceof NewFeedError)) throw error;
      }
      return credentials.current();
    },
    renew,
    adopt,
    know(user) {
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
