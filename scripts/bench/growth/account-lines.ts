import { createAuthenticator } from "@newfeed/shared/testing/authenticator.ts";
import { Secret, TOTP } from "otpauth";
import { answer, change, type Line, pages, type RouteName, read, upTo, usual, type World, write } from "./lines.ts";
import { nthId } from "./size.ts";

interface SignedIn {
  data: { user: { id: string }; tokens: { accessToken: string; refreshToken: string } };
}

const accountOf = (name: string, password: string) => ({ username: name, email: `${name}@example.com`, password });

/** Lines of auth-service's routes; of one feed. */
export function accountLines(): Partial<Record<RouteName, readonly Line[]>> {
  let refreshToken = "";

  async function login(world: World): Promise<SignedIn> {
    const signedIn = await world.call<SignedIn>("login", null, { body: { email: "author@example.com", password: world.password } });
    refreshToken = signedIn.data.tokens.refreshToken;
    return signedIn;
  }
  /** After a sign-in of this session. */
  async function createToken(world: World, n: number): Promise<string> {
    await world.call("stepUp", "author", { body: { password: world.password } });
    const { data } = await world.call<{ data: { token: { id: string } } }>("createToken", "author", { body: { name: `robot ${n}`, scopes: ["read"] } });
    return data.token.id;
  }
  /** After a sign-in of this session. */
  async function beginSecondFactor(world: World): Promise<string> {
    await world.call("stepUp", "author", { body: { password: world.password } });
    return (await world.call<{ data: { secret: string } }>("beginSecondFactor", "author")).data.secret;
  }
  /** Gives the recovery codes. */
  async function turnOnSecondFactor(world: World): Promise<string[]> {
    const code = new TOTP({ secret: Secret.fromBase32(await beginSecondFactor(world)) }).generate();
    return (await world.call<{ data: { recoveryCodes: string[] } }>("confirmSecondFactor", "author", { body: { code } })).data.recoveryCodes;
  }
  /** A line that has a second factor for as long as it runs. */
  const withSecondFactor = (name: RouteName, use: (world: World, recoveryCodes: readonly string[]) => Promise<unknown>) =>
    write(
      name,
      async (world) => {
        await use(world, await turnOnSecondFactor(world));
        return world.call("removeSecondFactor", "author");
      },
      2,
    );
  interface Options {
    data: { options: Record<string, unknown> };
  }
  /** Adds a passkey; gives its id, too. */
  async function addPasskey(world: World) {
    await world.call("stepUp", "author", { body: { password: world.password } });
    const authenticator = createAuthenticator("http://localhost");
    const passkey = authenticator.create((await world.call<Options>("beginPasskey", "author")).data.options);
    const { data } = await world.call<{ data: { passkey: { id: string } } }>("addPasskey", "author", { body: { name: "Phone", passkey } });
    return { authenticator, id: data.passkey.id };
  }
  const removePasskey = (world: World, id: string) => world.call("removePasskey", "author", { params: { id } });
  /** A line that has a passkey for as long as it runs. */
  const withPasskey = (name: RouteName, use: (world: World, passkey: Awaited<ReturnType<typeof addPasskey>>) => Promise<unknown>) =>
    write(
      name,
      async (world) => {
        const passkey = await addPasskey(world);
        await use(world, passkey);
        return removePasskey(world, passkey.id);
      },
      2,
    );
  const forgotten = (world: World, n: number) => world.call("forgotPassword", null, { body: { email: accountOf(`new_${n}`, "").email } });

  return {
    signup: [write("signup", (world, n) => world.call("signup", null, { body: accountOf(`new_${n}`, world.password) }))],
    login: [write("login", login)],
    // A look-up as in `login`, and one appeal of a user.
    appealSuspension: [],
    refresh: [
      write("refresh", async (world) => {
        const { data } = await world.call<SignedIn>("refresh", null, { body: { refreshToken } });
        refreshToken = data.tokens.refreshToken;
      }),
    ],
    me: [answer("me", "author")],
    passwordRules: [answer("passwordRules", null)],
    validate: [read("validate", async (world) => world.call("validate", null, { body: { token: "none" } }))],
    listSessions: [answer("listSessions", "author")],
    revokeSession: [
      write("revokeSession", async (world) => {
        await login(world);
        const { data } = await world.call<{ data: { sessions: { id: string; current: boolean }[] } }>("listSessions", "author");
        const other = data.sessions.find(({ current, id }) => !current && !id.startsWith("01900000"));
        return world.call("revokeSession", "author", { params: { id: other?.id ?? "" } });
      }),
    ],
    listAccountSessions: [answer("listAccountSessions", "writer", { params: { username: "author" } })],
    endAccountSession: [
      write("endAccountSession", async (world) => {
        await login(world);
        const params = { username: "author" };
        const { sessions } = await world.call<{ sessions: { id: string }[] }>("listAccountSessions", "writer", { params });
        // The one that has just begun was used last.
        return world.call("endAccountSession", "writer", { params: { ...params, id: sessions[0]?.id ?? "" } });
      }),
    ],
    // As `endAccountSession`; an account has a hundred at most.
    endAccountSessions: [],
    jwks: [answer("jwks", null)],
    forgotPassword: [write("forgotPassword", (world) => forgotten(world, 0), 1)],
    resetPassword: [
      write(
        "resetPassword",
        async (world, n) => {
          await forgotten(world, n + 1);
          const token = await world.linkSentTo(accountOf(`new_${n + 1}`, "").email, /Subject: Set a new password/);
          return world.call("resetPassword", null, { body: { token, password: `${world.password}!` } });
        },
        2,
      ),
    ],
    verifyEmail: [
      write(
        "verifyEmail",
        async (world, n) => {
          const token = await world.linkSentTo(accountOf(`new_${n}`, "").email, /Subject: Confirm/);
          return world.call("verifyEmail", null, { body: { token } });
        },
        1,
      ),
    ],
    resendVerification: [change("resendVerification", "writer")],
    changePassword: [
      // There and back. The first on a connection reads the catalogue of all tables whose keys it checks.
      ...[0, 1].map((n) =>
        upTo(
          2 * usual,
          write(
            `changePassword, ${n === 0 ? "there" : "and back"}`,
            (world) => {
              const both = [world.password, `${world.password}!`];
              return world.call("changePassword", "author", { body: { current: both[n], password: both[1 - n] } });
            },
            1,
          ),
        ),
      ),
    ],
    changeEmail: [change("changeEmail", "author", ({ password }, n) => ({ body: { email: `other_${n}@example.com`, password } }))],
    stepUp: [change("stepUp", "author", ({ password }) => ({ body: { password } }))],
    secondFactor: [answer("secondFactor", "author")],
    beginSecondFactor: [write("beginSecondFactor", (world) => beginSecondFactor(world))],
    confirmSecondFactor: [withSecondFactor("confirmSecondFactor", async () => {})],
    renewRecoveryCodes: [withSecondFactor("renewRecoveryCodes", (world) => world.call("renewRecoveryCodes", "author"))],
    loginSecondFactor: [
      withSecondFactor("loginSecondFactor", async (world, [code = ""]) => {
        const refusal: unknown = await world.call("login", null, { body: { email: "author@example.com", password: world.password } }).catch((error) => error);
        const challenge = /"challenge":\{"token":"([^"]+)"/.exec(String(refusal))?.[1] ?? "";
        await world.call("loginSecondFactor", null, { body: { challenge, code } });
      }),
    ],
    // With each of these.
    removeSecondFactor: [],
    listPasskeys: [answer("listPasskeys", "author")],
    challengePasskey: [change("challengePasskey", null, { body: { purpose: "sign_in" } })],
    beginPasskey: [change("beginPasskey", "author")],
    addPasskey: [withPasskey("addPasskey", async () => {})],
    loginPasskey: [
      withPasskey("loginPasskey", async (world, { authenticator }) => {
        const { options } = (await world.call<Options>("challengePasskey", null, { body: { purpose: "sign_in" } })).data;
        await world.call("loginPasskey", null, { body: { passkey: authenticator.get(options) } });
      }),
    ],
    renamePasskey: [withPasskey("renamePasskey", (world, { id }) => world.call("renamePasskey", "author", { params: { id }, body: { name: "Old phone" } }))],
    // With each of these.
    removePasskey: [],
    listTokens: [answer("listTokens", "author")],
    createToken: [write("createToken", createToken, 2)],
    revokeToken: [write("revokeToken", async (world, n) => world.call("revokeToken", "author", { params: { id: await createToken(world, n + 2) } }), 2)],
    endOtherSessions: [change("endOtherSessions", "author")],

    signInOptions: [answer("signInOptions", null)],
    // Without a provider they look at nothing that grows.
    startGoogle: [],
    startGithub: [],
    startOidc: [],
    googleCallback: [],
    githubCallback: [],
    oidcCallback: [],
    finishExternalSignIn: [],
    linkExternalLogin: [],
    unlinkExternalLogin: [],
    listExternalLogins: [answer("listExternalLogins", "author")],
    listApplicants: pages("listApplicants", "writer"),
    approveApplicant: [change("approveApplicant", "writer", (_world, n) => ({ params: { id: nthId("applicant", n + 1) } }))],
    refuseApplicant: [change("refuseApplicant", "writer", (_world, n) => ({ params: { id: nthId("applicant", n + 11) } }))],
    createInvite: [change("createInvite", "writer", { body: {} })],
    listInvites: pages("listInvites", "writer"),
    deleteInvite: [change("deleteInvite", "writer", (_world, n) => ({ params: { id: nthId("invite", n + 1) } }))],
  };
}
