import { type Http, unwrap } from "../http.ts";
import type { Observable } from "../observable.ts";
import type { Session, SessionState } from "../session.ts";
import type {
  Account,
  CallOptions,
  ChangeEmail,
  ChangePassword,
  Device,
  Login,
  LoginSecondFactor,
  PasskeyAssertion,
  PasswordRules,
  SignInOptions,
  Signup,
  StepUp,
} from "../types.ts";

/** Who is signed in, and everything that changes that. */
export interface SessionCalls extends Observable<SessionState> {
  /** Throws `approval_pending` once an account is created that waits for an administrator. */
  signUp(body: Signup, options?: CallOptions): Promise<Account>;
  /** `email` may hold the username. */
  signIn(body: Login, options?: CallOptions): Promise<Account>;
  /** Goes on with a sign-in that was refused with `second_factor_required`: `challenge` is the error's. `code` is of the authenticator app, or a recovery code; a `passkey` takes its place. */
  signInWithCode(body: LoginSecondFactor, options?: CallOptions): Promise<Account>;
  /** Signs in with a passkey alone: see `passkeys.challenge`. */
  signInWithPasskey(passkey: PasskeyAssertion, options?: CallOptions): Promise<Account>;
  /** The user who was signed in before this page or process started; null without a session. Call it once, at the start. */
  restore(options?: CallOptions): Promise<Account | null>;
  /** How users join. */
  options(options?: CallOptions): Promise<SignInOptions>;
  /** What a new password needs: numbers of characters. */
  passwordRules(options?: CallOptions): Promise<PasswordRules>;
  /** Throws `unauthenticated` without a session. */
  me(options?: CallOptions): Promise<Account>;
  /** Signed out here whatever the server answers; the server has ended the session once this resolves. */
  signOut(): Promise<void>;
  /** The devices that are signed in. */
  list(options?: CallOptions): Promise<Device[]>;
  /** Signs a device out: its streams close at once. */
  revoke(id: string, options?: CallOptions): Promise<void>;
  /** Signs out everywhere else. */
  endOthers(options?: CallOptions): Promise<void>;
  /** Has a link sent that sets a new password; `login` is an e-mail address or a username. Resolves also when there is no such account. */
  forgotPassword(login: string, options?: CallOptions): Promise<void>;
  /** Sets a new password with the token of that link; all sessions of the account end. */
  resetPassword(token: string, password: string, options?: CallOptions): Promise<void>;
  /** The other sessions end. */
  changePassword(body: ChangePassword, options?: CallOptions): Promise<void>;
  /** Shows that it is the user: for ten minutes no call of this session is refused with `step_up_required`. Signing in does the same. */
  stepUp(body: StepUp, options?: CallOptions): Promise<void>;
  /** Has a link sent to a new address, which becomes the account's once it is followed. Takes the password, or `stepUp` before. */
  changeEmail(body: ChangeEmail, options?: CallOptions): Promise<void>;
  /** Confirms an address with the token of a link. Resolves with the address. */
  verifyEmail(token: string, options?: CallOptions): Promise<string>;
  /** Has the link that verifies the account's address sent again. */
  resendVerification(options?: CallOptions): Promise<void>;
  /** Deletes the account and all that belongs to it. Takes the password, or `stepUp` before. */
  deleteAccount(password?: string, options?: CallOptions): Promise<void>;
}

export function accountCalls({ api }: Http, session: Session): SessionCalls {
  async function me(options?: CallOptions): Promise<Account> {
    const { data } = await unwrap(api.GET("/api/auth/me", { ...options }));
    session.setUser(data.user);
    return data.user;
  }
  return {
    get state() {
      return session.state;
    },
    subscribe: session.subscribe,
    async signUp(body, options) {
      const { data } = await unwrap(api.POST("/api/auth/signup", { body, ...options }));
      await session.adopt(data);
      return data.user;
    },
    async signIn(body, options) {
      const { data } = await unwrap(api.POST("/api/auth/login", { body, ...options }));
      await session.adopt(data);
      return data.user;
    },
    async signInWithCode(body, options) {
      const { data } = await unwrap(api.POST("/api/auth/login/second-factor", { body, ...options }));
      await session.adopt(data);
      return data.user;
    },
    async signInWithPasskey(passkey, options) {
      const { data } = await unwrap(api.POST("/api/auth/login/passkey", { body: { passkey }, ...options }));
      await session.adopt(data);
      return data.user;
    },
    async restore(options) {
      if (!(await session.credentials.mayExist())) {
        session.setUser(null);
        return null;
      }
      try {
        return await me(options);
      } catch (error) {
        if (session.state.status === "signed-out" || session.state.status === "ended") return null;
        throw error;
      }
    },
    options: async (options) => (await unwrap(api.GET("/api/auth/options", { ...options }))).data,
    passwordRules: async (options) => (await unwrap(api.GET("/api/auth/password-rules", { ...options }))).data,
    me,
    async signOut() {
      // First, so that streams which the server then closes do not look revoked.
      session.leave();
      try {
        await unwrap(api.POST("/api/auth/logout", {}));
      } finally {
        await session.forget();
      }
    },
    list: async (options) => (await unwrap(api.GET("/api/auth/sessions", { ...options }))).data.sessions,
    async revoke(id, options) {
      await unwrap(api.DELETE("/api/auth/sessions/{id}", { params: { path: { id } }, ...options }));
    },
    async endOthers(options) {
      await unwrap(api.POST("/api/auth/sessions/end-others", { body: {}, ...options }));
    },
    async forgotPassword(email, options) {
      await unwrap(api.POST("/api/auth/password/forgot", { body: { email }, ...options }));
    },
    async resetPassword(token, password, options) {
      await unwrap(api.POST("/api/auth/password/reset", { body: { token, password }, ...options }));
    },
    async changePassword(body, options) {
      await unwrap(api.POST("/api/auth/password/change", { body, ...options }));
    },
    async stepUp(body, options) {
      await unwrap(api.POST("/api/auth/step-up", { body, ...options }));
    },
    async changeEmail(body, options) {
      await unwrap(api.POST("/api/auth/email/change", { body, ...options }));
    },
    async verifyEmail(token, options) {
      const { data } = await unwrap(api.POST("/api/auth/email/verify", { body: { token }, ...options }));
      // It may be another account's.
      if (session.state.status === "signed-in") await me(options).catch(() => {});
      return data.email;
    },
    async resendVerification(options) {
      await unwrap(api.POST("/api/auth/email/resend", { body: {}, ...options }));
    },
    async deleteAccount(password, options) {
      await unwrap(api.DELETE("/api/auth/me", { body: password === undefined ? {} : { password }, ...options }));
      session.leave();
      await session.forget();
    },
  };
}
