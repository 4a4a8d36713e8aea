import { hash } from "@node-rs/argon2";
import { expect, test } from "vitest";
import { createPasswords } from "./passwords.ts";

const composed = "p\u00e4ssw\u00f6rd";
const decomposed = composed.normalize("NFD");

test("a password matches however a keyboard composes its letters", async () => {
  const passwords = await createPasswords();
  for (const stored of [await passwords.hash(composed), await passwords.hash(decomposed)])
    for (const typed of [composed, decomposed]) expect(await passwords.verify(stored, typed)).toEqual({ matches: true, outdated: false });
  expect((await passwords.verify(await passwords.hash(composed), "passwort")).matches).toBe(false);
});

test("a hash of the password as it was typed matches what was typed, and is outdated", async () => {
  const passwords = await createPasswords();
  const old = await hash(decomposed);
  expect(await passwords.verify(old, decomposed)).toEqual({ matches: true, outdated: true });
  expect(await passwords.verify(old, "passw\u00f6rd")).toEqual({ matches: false, outdated: false });
});

test("a hash costs what OWASP asks for, but where tests are at work", async () => {
  expect(await (await createPasswords()).hash(composed)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  const cheap = await createPasswords({ cheap: true });
  const stored = await cheap.hash(composed);
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/);
  expect((await cheap.verify(stored, composed)).matches).toBe(true);
  expect((await cheap.verify(stored, "passwort")).matches).toBe(false);
});

test("nothing matches for an account that does not exist", async () => {
  const passwords = await createPasswords();
  expect((await passwords.verify(null, "no account has this password")).matches).toBe(false);
  expect((await passwords.verify(null, decomposed)).matches).toBe(false);
});
