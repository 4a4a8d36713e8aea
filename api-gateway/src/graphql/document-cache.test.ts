import { expect, test } from "vitest";
import { createDocumentCache, type DocumentCacheOptions } from "./document-cache.ts";

function cacheOf(options: DocumentCacheOptions = {}) {
  const prepared: string[] = [];
  const get = createDocumentCache((text, operationName) => {
    prepared.push(text);
    if (text.startsWith("bad")) throw new Error(text);
    return { text, operationName };
  }, options);
  return { get, prepared };
}
const often = (times: number, act: () => unknown) => {
  for (let n = 0; n < times; n++) act();
};

test("a document is prepared twice, and kept from its second sight on", () => {
  const { get, prepared } = cacheOf();
  often(5, () => expect(get("{ a }", undefined)).toEqual({ text: "{ a }", operationName: undefined }));
  expect(prepared).toHaveLength(2);
});

test("operations of one document are different, whatever their names are", () => {
  const { get } = cacheOf();
  often(3, () => {
    expect(get("x", "A")).toEqual({ text: "x", operationName: "A" });
    expect(get("x", "B")).toEqual({ text: "x", operationName: "B" });
    expect(get("A\nx", undefined)).toEqual({ text: "A\nx", operationName: undefined });
    expect(get("x", "")).toEqual({ text: "x", operationName: "" });
  });
});

test("what cannot be prepared is refused each time", () => {
  const { get, prepared } = cacheOf();
  often(4, () => expect(() => get("bad", undefined)).toThrow("bad"));
  expect(prepared).toHaveLength(4);
});

test("a long document is prepared each time", () => {
  const { get, prepared } = cacheOf({ longest: 4 });
  often(4, () => get("long", undefined));
  expect(prepared).toHaveLength(4);
});

test("new documents take only the place of those that have not been used for a minute", () => {
  let time = 0;
  const { get, prepared } = cacheOf({ characters: 5, now: () => time });
  often(2, () => get("old", undefined));
  time = 30_000;
  often(3, () => get("new", undefined));
  get("old", undefined);
  expect(prepared).toEqual(["old", "old", "new", "new", "new"]);
  time = 90_000;
  often(3, () => get("new", undefined));
  expect(prepared).toEqual(["old", "old", "new", "new", "new", "new"]);
  get("old", undefined);
  expect(prepared.at(-1)).toBe("old");
});

test("documents that come once each displace the memory of the first sights, and nothing else", () => {
  const { get, prepared } = cacheOf();
  often(2, () => get("{ a }", undefined));
  get("{ b }", undefined);
  for (let n = 0; n < 1_000; n++) get(`{ a${n} }`, undefined);
  prepared.length = 0;
  often(2, () => get("{ a }", undefined));
  often(3, () => get("{ b }", undefined));
  expect(prepared).toEqual(["{ b }", "{ b }"]);
});
