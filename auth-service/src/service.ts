import { createTokenSigner, createTokenVerifier } from "@newfeed/shared/http/tokens.ts";
import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { handlers } from "./handlers.ts";
import { createGuard } from "./login-guard.ts";
import { createPasswords } from "./passwords.ts";
import { createRefreshTokens } from "./refresh-tokens.ts";
import { authServiceRoutes } from "./routes.ts";
import { createStore } from "./store.ts";

/** Accounts, passwords, sessions and the keys that sign them. */
export const authService: ServiceDefinition = {
  name: "auth-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  async start({ platform, database, wake, app }) {
    const store = createStore(database, wake);
    const { tokenPrivateKey } = platform.secrets;
    if (!tokenPrivateKey) throw new Error("there is no key to sign tokens with");
    const { sign, keySet } = await createTokenSigner(tokenPrivateKey);
    const issuer = { sign, refreshTokens: createRefreshTokens(tokenPrivateKey) };
    const verify = createTokenVerifier(keySet);
    const passwords = await createPasswords();
    const { passwordMinLength, secureCookies } = platform.config;
    const guard = createGuard(platform.limiter, store.addressesOf);
    return {
      handle: app((routes) => authServiceRoutes(routes, { store, passwords, issuer, keySet, verify, guard, passwordMinLength, secureCookies })),
      handleEvents: handlers,
      housekeeping: store.retention,
      close: () => store.close(),
    };
  },
};
