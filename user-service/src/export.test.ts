import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { describe, expect, test } from "vitest";
import { exportDocument, type FetchPage } from "./export.ts";

const pages =
  (...all: unknown[][]): FetchPage =>
  async (after) => {
    const page = Number(after ?? 0);
    return { items: all[page] ?? [], next: page + 1 < all.length ? String(page + 1) : null };
  };

async function whole(document: AsyncGenerator<string>): Promise<unknown> {
  let text = "";
  for await (const piece of document) text += piece;
  return JSON.parse(text);
}

describe("an export", () => {
  test("joins the pages of every section, empty ones too", async () => {
    const document = await exportDocument(async () => ({ account: { id: 1 } }), {
      none: pages(),
      one: pages(["a"]),
      many: pages([1, 2], [], [{ three: "," }], []),
    });
    expect(await whole(document)).toEqual({ account: { id: 1 }, none: [], one: ["a"], many: [1, 2, { three: "," }] });
  });

  test("fails before the first piece when a part is away", async () => {
    const away: FetchPage = async () => {
      throw new Problem("service_unavailable");
    };
    await expect(exportDocument(async () => ({ account: 1 }), { here: pages([1]), away })).rejects.toMatchObject({ code: "service_unavailable" });
  });

  test("asks for a page only when the one before has been taken", async () => {
    const asked: (string | undefined)[] = [];
    const numbers = pages([1], [2], [3]);
    const document = await exportDocument(async () => ({ account: 1 }), {
      numbers: (after) => {
        asked.push(after);
        return numbers(after);
      },
    });
    for (let piece = 0; piece < 3; piece++) await document.next();
    expect(asked).toEqual([undefined]);
    await document.next();
    expect(asked).toEqual([undefined, "1"]);
    await document.return(undefined);
  });
});
