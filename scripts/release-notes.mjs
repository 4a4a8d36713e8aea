// Prints what CHANGELOG.md says of a version: node scripts/release-notes.mjs v1.2.3
import { readFileSync } from "node:fs";

const root = new URL("../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");
const fail = (message) => {
  console.error(message);
  process.exit(1);
};

const [tag = "", changelog = "CHANGELOG.md"] = process.argv.slice(2);
const version = /^v?(\d+\.\d+\.\d+(?:-[\w.]+)?)$/.exec(tag)?.[1] ?? fail("usage: node scripts/release-notes.mjs v<version>");
const own = JSON.parse(read("package.json")).version;
if (version !== own) fail(`the tag is ${version}, package.json has ${own}`);
const sections = read(changelog).split(/^(?=## )/m);
const section = sections.find((text) => text.startsWith(`## [${version}]`)) ?? fail(`${changelog} has no section [${version}]`);
const [heading, ...lines] = section.split("\n");
if (!/ - \d{4}-\d{2}-\d{2}$/.test(heading)) fail(`${changelog}: [${version}] has no date of its release`);
// A link at the end of the file belongs to its headings.
const body = lines.filter((line) => !/^\[[^\]]+\]: /.test(line)).join("\n");
console.log(body.trim() || fail(`${changelog}: nothing is written about [${version}]`));
