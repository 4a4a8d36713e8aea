import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { labelOf, type Piece, piecesOf, usernamesIn } from "./rich-text.ts";

type Link = Extract<Piece, { kind: "link" }>;
const linksIn = (text: string) => piecesOf(text).filter((piece): piece is Link => piece.kind === "link");
const tagsIn = (text: string) => piecesOf(text).flatMap((piece) => (piece.kind === "hashtag" ? [piece.tag] : []));

describe("a mention", () => {
  test.each([
    ["nobody here", []],
    ["@alice", ["alice"]],
    ["hello @alice, hello (@bob_2)!", ["alice", "bob_2"]],
    ["the sentence ends with @alice.", ["alice"]],
    ["a dot within a name: @al.ice...", ["al.ice"]],
    ["cc:@alice, “@bob”, -@cat", ["alice", "bob", "cat"]],
    ["@alice: hello", ["alice"]],
    ["@alice's post, @bob-ish", ["alice", "bob"]],
    ["你好@alice，再见@bob。", ["alice", "bob"]],
    ["@aliceさん、@bob님", ["alice", "bob"]],
    ["write to alice@example.com, éva@example.com or é@x", []],
    ["https://example.com/@alice and https://example.com/?at=@alice", []],
    ["example.com/@alice?at=@bob&at=@cat", []],
    ["https://alice@example.com/@bob", []],
    ["@alice@social.example", []],
    ["@alice/core and @bob:server.example", []],
    ["@alicé and @bobж", []],
    ["@@alice, #@alice, .@alice", []],
    ["@.alice, @..., @al", []],
    ["@Alice and @alice are one", ["Alice"]],
    [`@${"a".repeat(30)} is a name, @${"b".repeat(31)} is not`, ["a".repeat(30)]],
  ])("in %j", (text, names) => expect(usernamesIn(text)).toEqual(names));

  test("counts ten times at most", () => {
    const names = Array.from({ length: 12 }, (_, index) => `user_${index}`);
    expect(usernamesIn(names.map((name) => `@${name}`).join(" "))).toEqual(names.slice(0, 10));
  });
});

describe("a link", () => {
  test.each([
    ["see (https://en.example/wiki/Foo_(bar)).", "https://en.example/wiki/Foo_(bar)"],
    ["https://x.example/a。次", "https://x.example/a"],
    ["「https://x.example/a」です", "https://x.example/a"],
    ["https://x.example/it's", "https://x.example/it's"],
    ["'https://x.example/a'", "https://x.example/a"],
    ["“https://x.example/a”", "https://x.example/a"],
    ["https://x.example/a?b=c&d=@e#f.", "https://x.example/a?b=c&d=@e#f"],
    ["https://x.example/a...", "https://x.example/a"],
    ["<https://x.example/>", "https://x.example/"],
    ["https://x.example/日本語", "https://x.example/日本語"],
    ["http://localhost:8080/x", "http://localhost:8080/x"],
    ["HTTPS://X.EXAMPLE/A", "HTTPS://X.EXAMPLE/A"],
  ])("in %j", (text, link) => expect(linksIn(text).map(({ text }) => text)).toEqual([link]));

  test.each(["javascript:alert(1)", "https://", "ftp://x.example/", "//x.example/", "mailto:a@x.example", "data:text/html,x", "a@x.example", "x.example"])(
    "is not %j",
    (text) => expect(linksIn(text)).toEqual([]),
  );

  test.each([
    ["see www.example.com/a?b=c.", "www.example.com/a?b=c", "https://www.example.com/a?b=c"],
    ["WWW.Example.com", "WWW.Example.com", "https://www.example.com/"],
    ["(www.en.example/wiki/Foo_(bar))", "www.en.example/wiki/Foo_(bar)", "https://www.en.example/wiki/Foo_(bar)"],
  ])("without a scheme, in %j", (text, link, address) => expect(linksIn(text).map(({ text, url }) => [text, url.href])).toEqual([[link, address]]));

  test.each(["www.", "www.example", "awww.example.com", "www..com"])("is not %j either", (text) => expect(linksIn(text)).toEqual([]));

  test("that names a user shows the host that it leads to", () => {
    const [link] = linksIn("https://bank.example@evil.example/login?x=1");
    expect(link && [labelOf(link), link.url.href]).toEqual(["evil.example/login?x=1", "https://evil.example/login?x=1"]);
    const [plain] = linksIn("https://x.example/@alice");
    expect(plain && labelOf(plain)).toBe("x.example/@alice");
  });
});

test.each([
  ["write to alice@example.com, or (bob.b+news@mail.example.org)!", ["alice@example.com", "bob.b+news@mail.example.org"]],
  ["the sentence ends with alice@example.com.", ["alice@example.com"]],
  ["éva@example.com, @alice@example.com, alice@example, alice@example.com@x, a@b.comé, https://alice@example.com/x", []],
])("a mail address in %j", (text, addresses) => {
  expect(piecesOf(text).flatMap((piece) => (piece.kind === "mail" ? [piece.text] : []))).toEqual(addresses);
});

describe("a hashtag", () => {
  test.each([
    ["#Feed, #feed_2!", ["feed", "feed_2"]],
    ["今日は#天気です", ["天気です"]],
    ["＃日本", ["日本"]],
    ["#ÄRGER #A\u0308rger #हिन्दी #می\u200cخواهم", ["ärger", "ärger", "हिन्दी", "می\u200cخواهم"]],
    ["#1 of 10, #2024, # , a#b, &#39; /#top https://x.example/#part #a#b", []],
    [`#${"a".repeat(100)} #${"b".repeat(101)}`, ["a".repeat(100)]],
  ])("in %j", (text, tags) => expect(tagsIn(text)).toEqual(tags));
});

describe("any text", () => {
  const word = fc.constantFrom(
    "@alice",
    "@",
    "#",
    "#tag",
    "https://x.example/a",
    "https://",
    "(",
    ")",
    ".",
    "/",
    "é",
    "。",
    " ",
    "\n",
    "@bob@x.example",
    "www.x.example",
    "bob@x.example",
  );
  test("is the sum of its pieces", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.array(word).map((words) => words.join("")),
        ),
        (text) => {
          const pieces = piecesOf(text);
          expect(pieces.map((piece) => piece.text).join("")).toBe(text);
          expect(pieces.every((piece) => piece.text !== "")).toBe(true);
        },
      ),
    );
  });

  test.each([
    "(",
    "@",
    "#",
    "@a",
    "@.",
    "#a",
    "https://",
    "https://x.example/(",
    "https://a@",
    "https://x.example/ ",
    "https://x.example/#a @ab ",
    ".",
    "a.",
    "www.",
    "www.a.b ",
    "a@b.",
    "a@b.cc ",
  ])("of 30,000 characters of %j is taken apart in linear time", (part) => {
    const started = performance.now();
    piecesOf(part.repeat(30_000 / part.length));
    piecesOf(`@${part.repeat(30_000 / part.length)}`);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
