import type { RegistrationPolicy } from "@newfeed/shared/contracts/account-dto.ts";
import { asUserId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { createEmbeddedLimiter } from "@newfeed/shared/embedded/limiter.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { deleteAccount } from "../accounts.ts";
import { unlinkLogin } from "../external-logins/links.ts";
import { authService } from "../service.ts";
import { beginSession, endSessions } from "../sessions.ts";
import { createStore, type Store } from "../store.ts";
import { type ExternalToken, sessionOfToken } from "./sessions.ts";

let database: RawDatabase;
let store: Store;
let registration: RegistrationPolicy;
let limiter: ReturnType<typeof createEmbeddedLimiter>;
beforeAll(async () => {
  database = await openServiceDatabase("auth_external_tokens", authService);
  store = createStore(database, () => {});
});
afterAll(async () => {
  await store.close();
  await database.close();
});
beforeEach(async () => {
  await database.query("TRUNCATE account, token_refusal, newfeed.outbox CASCADE");
  [registration, limiter] = ["open", createEmbeddedLimiter(1)];
});

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000);
const presenter = { network: "192.0.2.1", address: "192.0.2.1", userAgent: "A phone" };
const ofUser = (subject: string, more: Partial<ExternalToken> = {}): ExternalToken => ({
  ...{ issuer: "https://issuer.example", subject, sid: null, issuedAt: new Date(), provedAt: null, email: null, username: null, fullName: null },
  ...more,
});
const present = (token: ExternalToken) => sessionOfToken({ store, registration, limiter }, token, presenter);
async function presented(token: ExternalToken) {
  const session = await present(token);
  if (!session) throw new Error("the session has ended");
  return session;
}
const end = (accountId: UserId, which = {}) => store.transaction((operations) => endSessions(operations, accountId, which));
const rowsOf = async (table: string) => (await database.query(`SELECT FROM ${table}`)).length;
const refused = (code: string) => expect.objectContaining({ code });
const signUp = (username: string, email: string) =>
  store.transaction((operations) => operations.createAccount({ id: asUserId(uuidv7()), username, email, passwordHash: "", fullName: username }));

describe("at first sight", () => {
  test("an account is created, once, however many tokens come at once", async () => {
    const sessions = await Promise.all(Array.from({ length: 8 }, (_, n) => presented(ofUser("ada", { sid: n % 2 ? "phone" : null, username: "Ada.L" }))));
    expect(new Set(sessions.map(({ userId }) => userId)).size).toBe(1);
    expect(new Set(sessions.map(({ id }) => id)).size).toBe(2);
    expect([await rowsOf("account"), await rowsOf("session"), await rowsOf("external_session")]).toEqual([1, 2, 2]);
    expect(sessions[0]).toMatchObject({ username: "Ada.L", roles: ["user"], isVerified: false, refusedUntil: null });
    const told = await database.query("SELECT body::json ->> 'type' AS type FROM newfeed.outbox ORDER BY id");
    expect(told.map(({ type }) => type).toSorted()).toEqual(["user.logged_in", "user.logged_in", "user.registered"]);
  });

  test("the username is made of what the token says, valid and free", async () => {
    await signUp("taken", "taken@test.com");
    const names = [];
    for (const [n, claims] of [
      { username: "taken" },
      { username: "Taken" },
      { username: "admin" },
      { fullName: "Zoë Å." },
      {},
      { username: "x".repeat(60) },
    ].entries())
      names.push((await presented(ofUser(`user ${n}`, claims))).username);
    expect(names).toEqual([
      expect.stringMatching(/^taken_\d+$/),
      expect.stringMatching(/^Taken_\d+$/),
      expect.stringMatching(/^user_\d+$/),
      "Zoe_A",
      expect.stringMatching(/^user_\d+$/),
      "x".repeat(30),
    ]);
  });

  test("a verified address is the account's; one that another account has verified is passed over, and joins nothing", async () => {
    const [squatter, owner] = [await signUp("squatter", "ada@test.com"), await signUp("owner", "owner@test.com")];
    await database.query("UPDATE account SET email_verified_at = now() WHERE id = $1", [owner.id]);
    const ada = await presented(ofUser("ada", { email: "ada@test.com" }));
    expect(ada).toMatchObject({ isVerified: true });
    expect(await store.accountById(ada.userId)).toMatchObject({ email: "ada@test.com" });
    expect(await store.accountById(squatter.id)).toMatchObject({ emailIsLogin: false });
    const eve = await presented(ofUser("eve", { email: "OWNER@test.com" }));
    expect(eve.userId).not.toBe(owner.id);
    expect(eve).toMatchObject({ isVerified: false });
    expect(await store.accountById(eve.userId)).toMatchObject({ email: "" });
    expect(await store.accountById(owner.id)).toMatchObject({ email: "owner@test.com", emailIsLogin: true });
    expect((await presented(ofUser("bob", { email: "no address" }))).isVerified).toBe(false);
  });

  test.each([["closed", "registration_closed"] as const, ["invite", "invite_invalid"] as const])("REGISTRATION=%s creates none", async (policy, code) => {
    registration = policy;
    await expect(present(ofUser("ada"))).rejects.toEqual(refused(code));
    expect(await rowsOf("account")).toBe(0);
  });

  test("REGISTRATION=approval has it wait; once it is refused it does not apply again", async () => {
    registration = "approval";
    const applies = (subject: string) => expect(present(ofUser(subject, { username: subject, sid: "phone" }))).rejects.toEqual(refused("approval_pending"));
    for (const subject of ["ada", "ada", "eve"]) await applies(subject);
    expect([await rowsOf("account"), await rowsOf("session")]).toEqual([2, 0]);
    const [ada, eve] = await Promise.all(["ada", "eve"].map((name) => store.applicantByName(name)));
    await store.transaction((operations) => operations.approveAccount(ada as UserId));
    expect(await presented(ofUser("ada", { sid: "phone" }))).toMatchObject({ userId: ada });
    await store.transaction((operations) => operations.refuseAccount(eve as UserId));
    expect(await present(ofUser("eve", { issuedAt: inSeconds(60) }))).toBeNull();
    expect(await rowsOf("account")).toBe(1);
  });

  test("a network brings a hundred new users an hour; known ones do not count", async () => {
    for (let n = 0; n < 100; n++) await limiter.consume("firstSight", n < 99 ? presenter.network : "another");
    await presented(ofUser("ada"));
    await expect(present(ofUser("eve"))).rejects.toEqual(refused("rate_limited"));
    await presented(ofUser("ada", { sid: "phone" }));
  });

  test("who has signed in with the same issuer before has that account", async () => {
    const ada = await signUp("ada", "ada@test.com");
    const identity = { provider: "oidc", providerUserId: "https://issuer.example ada", name: "ada", email: null, username: null, fullName: null };
    expect(await store.transaction((operations) => operations.addLogin(ada.id, identity))).toBe(true);
    expect(await presented(ofUser("ada"))).toMatchObject({ userId: ada.id });
    const bob = await presented(ofUser("bob"));
    expect(await store.transaction((operations) => operations.addLogin(ada.id, { ...identity, providerUserId: "https://issuer.example bob" }))).toBe(false);
    expect(await store.accountOfLogin({ ...identity, providerUserId: "https://issuer.example bob" })).toBe(bob.userId);
    // Of another issuer it is another user.
    expect((await presented({ ...ofUser("ada"), issuer: "https://other.example" })).userId).not.toBe(ada.id);
  });
});

describe("a session that ends", () => {
  test("is ended for good where the issuer names it; the user's others go on", async () => {
    const [phone, laptop] = [ofUser("ada", { sid: "phone" }), ofUser("ada", { sid: "laptop" })];
    const { id, userId } = await presented(phone);
    const other = await presented(laptop);
    expect(await end(userId, { id })).toEqual([id]);
    for (const issuedAt of [phone.issuedAt, inSeconds(3_600)]) expect(await present({ ...phone, issuedAt })).toBeNull();
    expect(await presented(laptop)).toMatchObject({ id: other.id });
    expect(await presented(ofUser("ada", { sid: "tablet" }))).toMatchObject({ userId });
  });

  test("is ended for the tokens of then where the issuer names none; one that was issued since opens another", async () => {
    const first = await presented(ofUser("ada"));
    await end(first.userId);
    expect(await present(ofUser("ada"))).toBeNull();
    const second = await presented(ofUser("ada", { issuedAt: inSeconds(10) }));
    expect(second.userId).toBe(first.userId);
    expect(second.id).not.toBe(first.id);
    expect(second.refusedUntil?.getTime()).toBeGreaterThan(Date.now());
    expect(await present(ofUser("ada"))).toBeNull();
    // As with a hundred others.
    expect(await rowsOf("session")).toBe(1);
  });

  test("because an account has a hundred others is ended as any", async () => {
    const { userId } = await presented(ofUser("ada", { sid: "first" }));
    await database.query("UPDATE session SET last_used_at = now() - interval '1 hour'");
    for (let n = 0; n < 100; n++) await presented(ofUser("ada", { sid: `${n}` }));
    expect(await present(ofUser("ada", { sid: "first" }))).toBeNull();
    expect(await store.sessionsOf(userId)).toHaveLength(100);
  });

  test("by its age is opened again, as a token that its issuer still gives", async () => {
    const first = await presented(ofUser("ada", { sid: "phone" }));
    await database.query("DELETE FROM session");
    const second = await presented(ofUser("ada", { sid: "phone" }));
    expect([second.userId, second.id === first.id]).toEqual([first.userId, false]);
  });

  test("while it is opened leaves none open", async () => {
    const phone = ofUser("ada", { sid: "phone" });
    const { userId } = await presented(phone);
    await Promise.all([end(userId), present(phone), present(phone), end(userId), present(phone)]);
    await end(userId);
    expect(await present(phone)).toBeNull();
    expect([await rowsOf("session"), await rowsOf("external_session")]).toEqual([0, 0]);
  });
});

describe("an account", () => {
  const stepUp = { passwords: {} as never, guard: {} as never, codes: { isOn: async () => false, requireCode: async () => {} }, passkeys: {} as never };
  const asker = ({ id, userId }: Pick<Awaited<ReturnType<typeof presented>>, "id" | "userId">) => ({ userId, sessionId: id, address: "" });

  test("is administered by a token that says of the last ten minutes when its user signed in", async () => {
    const unproven = await presented(ofUser("ada"));
    const remove = () => deleteAccount({ store, ...stepUp }, asker(unproven), undefined);
    await expect(remove()).rejects.toEqual(refused("step_up_required"));
    await presented(ofUser("ada", { provedAt: inSeconds(-601) }));
    await expect(remove()).rejects.toEqual(refused("step_up_required"));
    await presented(ofUser("ada", { provedAt: inSeconds(-60) }));
    // An older one takes nothing back, and one of the future proves no more than one of now.
    await presented(ofUser("ada", { provedAt: inSeconds(-300) }));
    await presented(ofUser("ada", { provedAt: inSeconds(3_600) }));
    expect((await store.provedAt(unproven.id))?.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
    await remove();
    expect(await rowsOf("account")).toBe(0);
  });

  test("with a second factor is not administered by a token alone", async () => {
    const { id, userId } = await presented(ofUser("ada"));
    await database.query("INSERT INTO second_factor (account_id, secret, confirmed_at) VALUES ($1, 'sealed', now() - interval '1 hour')", [userId]);
    for (const sid of [null, "another session"]) {
      const session = await presented(ofUser("ada", { sid, provedAt: new Date() }));
      await expect(deleteAccount({ store, ...stepUp }, asker(session), undefined)).rejects.toEqual(refused("step_up_required"));
    }
    await store.noteProof(id);
    await deleteAccount({ store, ...stepUp }, asker({ id, userId }), undefined);
    expect(await rowsOf("account")).toBe(0);
  });

  test("that is deleted leaves no row of its user, and is not created again by tokens of before", async () => {
    const proven = { provedAt: new Date() };
    const session = await presented(ofUser("ada", { sid: "phone", ...proven }));
    await deleteAccount({ store, ...stepUp }, asker(session), undefined);
    for (const table of ["account", "session", "external_session", "external_login"]) expect([table, await rowsOf(table)]).toEqual([table, 0]);
    expect(await present(ofUser("ada", { sid: "phone", issuedAt: inSeconds(3_600) }))).toBeNull();
    for (const sid of [null, "laptop"]) expect(await present(ofUser("ada", { sid }))).toBeNull();
    const again = await presented(ofUser("ada", { sid: "laptop", issuedAt: inSeconds(60) }));
    expect(again.userId).not.toBe(session.userId);
  });

  test("that is deleted while it is created does not come back", async () => {
    const session = await presented(ofUser("ada", { provedAt: new Date() }));
    const tokens = Array.from({ length: 6 }, (_, n) => ofUser("ada", { sid: `${n}` }));
    await Promise.all(
      [...tokens.map(present), deleteAccount({ store, ...stepUp }, asker(session), undefined), ...tokens.map(present)].map((each) => each.catch(() => null)),
    );
    expect(await rowsOf("account")).toBe(0);
  });

  test("that is deleted while a session begins ends that, too", async () => {
    const { id, userId } = await presented(ofUser("ada", { provedAt: new Date() }));
    const [begun, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const opening = store.transaction(async (operations) => {
      const session = await beginSession(operations, { id: userId }, { userAgent: "", address: "" }, null);
      begun.resolve();
      await go.promise;
      return session.id;
    });
    await begun.promise;
    const deleting = deleteAccount({ store, ...stepUp }, asker({ id, userId }), undefined);
    const waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    await eventually(async () => expect(await database.query(waiting)).toHaveLength(1));
    go.resolve();
    expect((await deleting).toSorted()).toEqual([id, await opening].toSorted());
  });

  test("that is unlinked from the issuer's user ends the sessions of their tokens", async () => {
    const session = await presented(ofUser("ada", { provedAt: new Date() }));
    await expect(unlinkLogin({ store, ...stepUp }, asker(session), "identity", "en")).rejects.toEqual(refused("last_sign_in"));
    await database.query("UPDATE account SET password_hash = 'a hash'");
    await unlinkLogin({ store, ...stepUp }, asker(session), "identity", "en");
    expect([await rowsOf("session"), await rowsOf("external_login"), await present(ofUser("ada"))]).toEqual([0, 0, null]);
  });
});

test("refusals go after 90 days", async () => {
  const { userId } = await presented(ofUser("ada", { sid: "phone" }));
  await end(userId);
  const job = store.retention.find(({ name }) => name === "token_refusals");
  expect(await job?.runSome()).toBe(0);
  await database.query("UPDATE token_refusal SET created_at = now() - interval '91 days'");
  expect(await job?.runSome()).toBe(1);
});
