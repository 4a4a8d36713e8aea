import { pageStorage } from "./platform.ts";
import type { Tokens } from "./types.ts";

export interface StoredTokens {
  accessToken: string;
  refreshToken: string;
  /** When the access token ends, in milliseconds since 1970 by this machine's clock. */
  expiresAt: number;
}

/**
 * Where an app stores its tokens: React Native's secure store, a file, memory. `sharedAs` names storage that several
 * clients read and write, so that they renew it one at a time.
 */
export interface TokenStorage {
  read(): StoredTokens | null | Promise<StoredTokens | null>;
  /** `null` removes what is there. */
  write(tokens: StoredTokens | null): void | Promise<void>;
  sharedAs?: string;
}

/** For a process that signs in at every start. */
export function memoryStorage(): TokenStorage {
  let stored: StoredTokens | null = null;
  return {
    read: () => stored,
    write: (tokens) => {
      stored = tokens;
    },
  };
}

/** Where the session's tokens are stored. A `stamp` identifies one pair of tokens. */
export interface Credentials {
  /** Clients with the same name share the session. */
  readonly sharedAs: string | undefined;
  readonly withCookies: boolean;
  /** Whether there may be a session at all; without one, no renewal is requested. */
  mayExist(): Promise<boolean>;
  /** What a request sends now. */
  current(): Promise<{ stamp: string; accessToken?: string; expiresAt?: number }>;
  /** What a renewal sends; cookies need nothing. */
  refreshBody(): Promise<{ refreshToken?: string }>;
  adopt(tokens: Tokens): Promise<void>;
  clear(): Promise<void>;
}

const endOf = ({ expiresIn }: Tokens) => Date.now() + expiresIn * 1_000;

export function tokenCredentials(storage: TokenStorage): Credentials {
  return {
    sharedAs: storage.sharedAs,
    withCookies: false,
    mayExist: async () => (await storage.read()) !== null,
    async current() {
      const tokens = await storage.read();
      return tokens ? { stamp: tokens.accessToken, accessToken: tokens.accessToken, expiresAt: tokens.expiresAt } : { stamp: "" };
    },
    async refreshBody() {
      const tokens = await storage.read();
      return tokens ? { refreshToken: tokens.refreshToken } : {};
    },
    adopt: async (tokens) => storage.write({ accessToken: tokens.accessToken, refreshToken: tokens.refreshToken, expiresAt: endOf(tokens) }),
    clear: async () => storage.write(null),
  };
}

/**
 * The browser's cookies, which scripts cannot read. When they were renewed, and when they expire, is stored where all
 * tabs read it; that is no secret. Where storage is forbidden, tabs renew more often than necessary.
 */
export function cookieCredentials(baseUrl: string): Credentials {
  const key = `newfeed:${baseUrl}`;
  let own: { stamp: string; expiresAt: number } | null = null;
  const read = (): typeof own => {
    const storage = pageStorage();
    if (!storage) return own;
    try {
      return JSON.parse(storage.getItem(key) ?? "null") as typeof own;
    } catch {
      return null;
    }
  };
  const write = (note: typeof own) => {
    own = note;
    try {
      if (note) pageStorage()?.setItem(key, JSON.stringify(note));
      else pageStorage()?.removeItem(key);
    } catch {
      // Storage that is full or forbidden: see above.
    }
  };
  return {
    sharedAs: key,
    withCookies: true,
    mayExist: async () => pageStorage() === undefined || read() !== null,
    current: async () => read() ?? { stamp: "" },
    refreshBody: async () => ({}),
    adopt: async (tokens) => write({ stamp: `${Date.now()}.${Math.random()}`, expiresAt: endOf(tokens) }),
    clear: async () => write(null),
  };
}

/** An API token, which is never renewed: once it is refused, the session has ended. */
export function apiTokenCredentials(token: string): Credentials {
  let refused = false;
  return {
    sharedAs: undefined,
    withCookies: false,
    mayExist: async () => !refused,
    current: async () => ({ stamp: token, accessToken: token }),
    refreshBody: async () => ({}),
    adopt: async () => {},
    clear: async () => {
      refused = true;
    },
  };
}

/** Gives the access token of an issuer elsewhere that is valid now; null without a user. */
export type ReadAccessToken = () => string | null | Promise<string | null>;

/** Access tokens of an issuer elsewhere, which renews them itself: once it has no other than one that is refused, the session has ended. */
export function externalCredentials(read: ReadAccessToken): Credentials {
  return {
    sharedAs: undefined,
    withCookies: false,
    mayExist: async () => (await read()) !== null,
    async current() {
      const accessToken = await read();
      return accessToken === null ? { stamp: "" } : { stamp: accessToken, accessToken };
    },
    refreshBody: async () => ({}),
    adopt: async () => {},
    clear: async () => {},
  };
}
