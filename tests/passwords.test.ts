import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PASSWORD_MIN_LENGTH: "8", PORT: String(await freePort()) });
});
afterAll(() => feed.close());

/** Argon2id of `123456`, and of a password in decomposed form (NFD), as they were stored before there were rules. */
const old = {
  short: "$argon2id$v=19$m=19456,t=2,p=1$lRa45bOh6kK5vpEwh9QJBg$7AUHw/yijNUj2f4FrraG7dRwGl2vKjYBBhbXNeeKWls",
  decomposed: "$argon2id$v=19$m=19456,t=2,p=1$r/LNQvuApdoEXnb1E41mhg$YzmY/qBa6pwb6W2kWy3Akg0Jy1IS3hAMsL7v17pdpkc",
};

let names = 0;
const signUp = (password: string, account: Record<string, unknown> = {}) => {
  const username = `keeper_${++names}`;
  return feed.call("POST", "/api/auth/signup", { username, email: `${username}@test.com`, password, ...account });
};
const logIn = (email: string, password: string) => feed.call("POST", "/api/auth/login", { email, password });

describe("a new password", () => {
  test.each([
    ["        ", "must not be blank"],
    ["Test123", "must have at least 8 characters"],
    ["123456789", "is one of the most common passwords; choose another"],
    ["password", "is one of the most common passwords; choose another"],
    ["own_name_x", "must not be your username or e-mail address"],
    ["OWN_ADDRESS", "must not be your username or e-mail address"],
    ["own_address@test.com", "must not be your username or e-mail address"],
  ])("%j is refused with a reason", async (password, message) => {
    expect(await signUp(password, { username: "Own_Name_X", email: "own_address@test.com" })).toMatchObject({
      status: 400,
      body: { code: "validation_failed", errors: [{ field: "password", message }] },
    });
    expect((await logIn("own_name_x", password)).status).toBe(401);
  });

  test("has rules that a form can ask for", async () => {
    expect((await feed.call("GET", "/api/auth/password-rules")).body.data).toEqual({ minLength: 8, maxLength: 128 });
  });

  test("has a documented length", async () => {
    const { body } = await feed.call("GET", "/openapi.json");
    expect(body.components.schemas.Signup.properties.password).toMatchObject({ minLength: 7, maxLength: 128 });
  });
});

test("the sign-up form says what a password needs, why one is refused, and takes names with a space behind them", async ({ skip }) => {
  stage.need(skip);
  const page = await stage.visit(`${feed.url}/signup`);
  await page.getByText("At least 8 characters.").waitFor();
  await page.getByLabel("Name", { exact: true }).fill(" Form Filler ");
  await page.getByLabel("Username").fill("form_filler ");
  await page.getByLabel("E-mail").fill("form_filler@test.com");
  await page.getByLabel("Password").fill("password1");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByText("is one of the most common passwords; choose another").waitFor();
  await page.getByLabel("Password").fill("Test12345");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  expect((await feed.call("GET", "/api/v1/users/by-username/form_filler")).body).toMatchObject({ username: "form_filler", fullName: "Form Filler" });
}, 60_000);

test("an account with a password that the rules would refuse now goes on", async () => {
  const { body } = await signUp("Test12345");
  const database = await feed.platform.openDatabase("auth-service");
  await database.query("UPDATE account SET password_hash = $2 WHERE id = $1", [body.data.user.id, old.short]);
  expect((await logIn(body.data.user.email, "123456")).status).toBe(200);
});

test("a password that was hashed as a keyboard composed it works, and from then on in every form", async () => {
  const composed = "p\u00e4ssw\u00f6rter";
  const decomposed = composed.normalize("NFD");
  const { body } = await signUp("Test12345");
  const database = await feed.platform.openDatabase("auth-service");
  await database.query("UPDATE account SET password_hash = $2 WHERE id = $1", [body.data.user.id, old.decomposed]);
  expect((await logIn(body.data.user.email, composed)).status).toBe(401);
  expect((await logIn(body.data.user.email, decomposed)).status).toBe(200);
  expect((await logIn(body.data.user.email, composed)).status).toBe(200);
});
