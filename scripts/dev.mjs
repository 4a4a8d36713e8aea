// npm run dev: installs what is missing, then runs NewFeed and, in front of it, the web client from its sources.
import { existsSync } from "node:fs";
import { handOver, install, root } from "./node.mjs";

install();
const settings = existsSync(`${root}.env`) ? ["--env-file=.env"] : [];
handOver([...settings, `${root}scripts/dev.ts`], process.argv.slice(2));
