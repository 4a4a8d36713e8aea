import type { AddressObject, ParsedMail } from "mailparser";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Mail, Mailer } from "../ports/mailer.ts";

export interface MailerUnderTest {
  /** Sends as `"The Feed" <no-reply@feed.example>`. */
  mailer: Mailer;
  /** What has arrived, in order. */
  received(): Promise<readonly ParsedMail[]>;
  close(): Promise<void>;
}

/** The sender of the mailers that the suite opens. */
export const suiteSender = "The Feed <no-reply@feed.example>";

const addresses = (field: AddressObject | AddressObject[] | undefined) => [field ?? []].flat().flatMap(({ value }) => value);

/** What every mailer keeps to. */
export function mailerSuite(name: string, open: () => Promise<MailerUnderTest>): void {
  describe(`mailer: ${name}`, () => {
    let opened: MailerUnderTest;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    const mail = (given: Partial<Mail> = {}): Mail => ({
      id: uuidv7(),
      to: "ann@example.com",
      language: "en",
      subject: "Hello",
      text: "Hello, Ann",
      html: "<p>Hello, <b>Ann</b></p>",
      ...given,
    });
    /** Sends a mail; gives what arrived of it. */
    async function arrivals(sent: Mail): Promise<ParsedMail[]> {
      await opened.mailer.send(sent);
      return (await opened.received()).filter(({ messageId }) => messageId === `<${sent.id}@feed.example>`);
    }

    test("says in one line where mails go", () => {
      expect(opened.mailer.description).toMatch(/^.+$/);
    });

    test("a mail arrives in both forms, with its sender, recipient, language and id, as one that no machine answers", async () => {
      const [found, ...more] = await arrivals(mail({ language: "de" }));
      expect(more).toEqual([]);
      expect(found).toMatchObject({ subject: "Hello", text: expect.stringContaining("Hello, Ann"), html: expect.stringContaining("<b>Ann</b>") });
      expect(addresses(found?.from)).toMatchObject([{ name: "The Feed", address: "no-reply@feed.example" }]);
      expect(addresses(found?.to)).toMatchObject([{ address: "ann@example.com" }]);
      expect([found?.headers.get("auto-submitted"), found?.headers.get("content-language")]).toEqual(["auto-generated", "de"]);
    });

    test("letters of every script, long lines and single dots arrive as they are", async () => {
      const text = ["Zürich ✓ 東京 \u{1F469}‍\u{1F680}", "x".repeat(3_000), ".", "..", "end"].join("\n");
      const [found] = await arrivals(mail({ subject: `Passwort zurücksetzen – ${"Zürich ✓ ".repeat(20).trim()}`, text }));
      expect(found?.subject).toBe(`Passwort zurücksetzen – ${"Zürich ✓ ".repeat(20).trim()}`);
      expect(found?.text?.trimEnd()).toBe(text);
    });

    test("a mail that one can be rid of says how, in both headers", async () => {
      const unsubscribeUrl = `https://feed.example/api/v1/mails/unsubscribe?token=${"x".repeat(200)}.y`;
      const [found] = await arrivals(mail({ unsubscribeUrl }));
      const lines = found?.headerLines.map(({ line }) => line) ?? [];
      expect(lines).toContain(`List-Unsubscribe: <${unsubscribeUrl}>`);
      expect(lines).toContain("List-Unsubscribe-Post: List-Unsubscribe=One-Click");
      const [plain] = await arrivals(mail());
      expect(plain?.headers.has("list")).toBe(false);
    });

    test("a line break adds no header and no recipient", async () => {
      const [found] = await arrivals(mail({ subject: "Hello\r\nBcc: eve@example.com\r\n\r\nGone", to: "ann@example.com" }));
      expect(found?.subject).toContain("Hello");
      expect([addresses(found?.bcc), addresses(found?.cc), addresses(found?.to).map(({ address }) => address)]).toEqual([[], [], ["ann@example.com"]]);
      expect(found?.text).toContain("Hello, Ann");
    });

    test("a mail that is sent again is the same mail", async () => {
      const sent = mail();
      await opened.mailer.send(sent);
      const ids = (await arrivals(sent)).map(({ messageId }) => messageId);
      expect(new Set(ids).size).toBe(1);
    });

    test("many at once all arrive", async () => {
      const many = Array.from({ length: 20 }, (_, index) => mail({ subject: `number ${index}` }));
      await Promise.all(many.map((each) => opened.mailer.send(each)));
      const found = new Set((await opened.received()).map(({ subject }) => subject));
      expect(many.map(({ subject }) => subject).filter((subject) => !found.has(subject))).toEqual([]);
    });
  });
}
