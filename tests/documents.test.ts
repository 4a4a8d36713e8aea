import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");

const excluded = new Set(["node_modules", "dist", "generated", ".newfeed", ".git"]);
const documents = globSync("**/*.md", { cwd: root, exclude: (path) => excluded.has(basename(path)) }).sort();

const withoutCode = (text: string) => text.replaceAll(/^```.*?^```$/gms, "").replaceAll(/`[^`\n]*`/g, "");

/** A heading's anchor on GitHub. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\- ]/gu, "")
    .replaceAll(" ", "-");
const anchors = (path: string) => [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchor(heading));

const links = (path: string) => {
  const text = withoutCode(read(path));
  return [...text.matchAll(/\]\(([^)\s]+)\)/g), ...text.matchAll(/src="([^"]+)"/g)].map(([, target = ""]) => target);
};

test("every link in a document leads to an existing file and heading", () => {
  const broken = documents.flatMap((path) =>
    links(path)
      .filter((target) => !/^(https?|mailto):/.test(target))
      .filter((target) => {
        const [file = "", heading] = target.split("#");
        const linked = file ? join(dirname(path), file) : path;
        return !existsSync(join(root, linked)) || (heading !== undefined && !anchors(linked).includes(heading));
      })
      .map((target) => `${path}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test("every source file that a document names exists", () => {
  const sources = globSync("**/*.{ts,tsx,mjs,c,sh,prisma}", { cwd: root, exclude: (path) => excluded.has(basename(path)) }).map((path) => `/${path}`);
  const missing = documents.flatMap((path) =>
    [...read(path).matchAll(/`([\w@./-]+\.(?:ts|tsx|mjs|c|sh|prisma))`/g)]
      .map(([, named = ""]) => named)
      // Readers of the tour save this one themselves.
      .filter((named) => named !== "live.mjs" && !sources.some((source) => source.endsWith(`/${named}`)))
      .map((named) => `${path}: ${named}`),
  );
  expect(missing).toEqual([]);
});

const folder = "docs/decisions";
const decisions = readdirSync(join(root, folder))
  .filter((name) => name !== "README.md")
  .sort();

test("decisions are numbered without gaps, and listed by their titles", () => {
  expect(decisions.map((name) => name.slice(0, 4))).toEqual(decisions.map((_, index) => String(index + 1).padStart(4, "0")));
  const rows = decisions.map((name) => {
    const [, number = "", title = ""] = /^# (\d{4}) (.*)$/m.exec(read(join(folder, name))) ?? [];
    return `| [${number}](${name}) | ${title} |`;
  });
  expect(read(join(folder, "README.md")).split("\n")).toEqual(expect.arrayContaining(rows));
});

test.each(decisions)("%s fits a screen, and has context, choice, rejected, consequences", (name) => {
  const lines = read(join(folder, name)).trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(40);
  expect(lines.filter((line) => line.length > 150)).toEqual([]);
  const parts = lines.flatMap((line) => /^\*\*(Context|Choice|Rejected|Consequences)\.\*\*/.exec(line)?.[1] ?? []);
  expect(parts).toEqual(["Context", "Choice", "Rejected", "Consequences"]);
});

/** A document's fenced blocks and inline code. */
const code = (path: string) => [...read(path).matchAll(/^```.*?^```$|`[^`\n]+`/gms)].map(([text]) => text).join("\n");
const scriptsOf = (folder: string) => Object.keys((JSON.parse(read(join(folder, "package.json"))) as { scripts: Record<string, string> }).scripts);

test("every npm command in a document is a script of its package", () => {
  const unknown = documents.flatMap((path) =>
    [...code(path).matchAll(/\bnpm (?:run )?(start|test|(?<=run )[\w:-]+)(?: -w (\w+))?/g)]
      .filter(([, script = "", workspace = "."]) => !scriptsOf(workspace).includes(script))
      .map(([command]) => `${path}: ${command}`),
  );
  expect(unknown).toEqual([]);
});
