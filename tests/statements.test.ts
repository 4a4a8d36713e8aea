import { storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { wrongStatements } from "@newfeed/shared/testing/describe-statements.ts";
import { plannedEachTime } from "@newfeed/shared/testing/planned-once.ts";
import { unboundedIn } from "@newfeed/shared/testing/statement-bounds.ts";
import { describe, expect, test } from "vitest";
import { declaredGroups } from "./support/statements.ts";
import { unboundedStatements } from "./support/unbounded-statements.ts";

const oneLine = (text: string) => text.replace(/\s+/g, " ");
const groups = await declaredGroups();

test("statements are found", () => {
  const counts = new Map(groups.map(({ of, statements }) => [of, statements.length]));
  expect(counts.get("shared")).toBeGreaterThan(20);
  expect(counts.get("the embedded bus")).toBeGreaterThan(2);
  expect(groups.map(({ of }) => of)).toEqual(["shared", "the embedded bus", ...storingServiceNames]);
});

test.each(groups)("statements of $of match their declarations", async ({ url, statements }) => {
  expect(await wrongStatements(url, statements)).toEqual([]);
});

test.each(groups)("statements of $of whose plan is kept are not planned again", async ({ url, statements }) => {
  expect((await plannedEachTime(url, statements)).map(({ text }) => oneLine(text))).toEqual([]);
});

describe("every statement", () => {
  test.each(groups)("of $of takes as long as a key, an array or a limit says", async ({ url, statements }) => {
    const found = (await unboundedIn(url, statements)).map(({ statement, steps }) => ({ steps: steps.join("; "), text: oneLine(statement.text) }));
    const isAllowed = ({ text, steps }: (typeof found)[number]) =>
      unboundedStatements.some((each) => each.texts.some((part) => text.includes(part)) && (each.steps ?? steps) === steps);
    expect(found.filter((each) => !isAllowed(each))).toEqual([]);
  });

  test.each<[string, string, string[]]>([
    ["by a key", "SELECT content FROM comment WHERE id = $1::uuid", []],
    ["by an array", "SELECT content FROM comment WHERE id = ANY($1::uuid[])", []],
    ["by a limit", "SELECT content FROM comment WHERE post_id = $1::uuid AND parent_comment_id IS NULL ORDER BY created_at, id LIMIT 20", []],
    [
      "by a limit per row",
      "SELECT page.id FROM unnest($1::uuid[]) AS asked (id) CROSS JOIN LATERAL (SELECT c.id FROM comment c WHERE c.author_id = asked.id ORDER BY c.id LIMIT 5) page",
      [],
    ],
    ["not at all", "SELECT content FROM comment WHERE author_id = $1::uuid", ["gives all rows (comment)"]],
    ["by no index", "SELECT content FROM comment WHERE visibility = $1::text LIMIT 20", ["reads the whole table (comment)"]],
    ["behind a sort", "SELECT content FROM comment WHERE author_id = $1::uuid ORDER BY created_at LIMIT 20", ["sorts (comment)"]],
    ["behind a count", "SELECT count(*) FROM comment WHERE author_id = $1::uuid", ["aggregates (comment)"]],
    ["in a change", "UPDATE comment SET visibility = 'public' WHERE author_id = $1::uuid", ["updates comment (comment)", "gives all rows (comment)"]],
    [
      "by what a foreign key deletes",
      "DELETE FROM session WHERE id = $1::uuid",
      ["deletes of external_session, refresh_token what belongs to rows of session"],
    ],
  ])("is bounded %s", async (_how, text, steps) => {
    const { url } = groups.find(({ of }) => of === (text.includes("session") ? "auth-service" : "comment-service")) as (typeof groups)[number];
    const found = await unboundedIn(url, [{ text, name: "", parameters: [], row: {} }]);
    expect(found.flatMap((each) => each.steps)).toEqual(steps);
  });
});
