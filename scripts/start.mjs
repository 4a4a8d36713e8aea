// npm start: installs what is missing, then runs NewFeed under the pinned Node.
import { existsSync } from "node:fs";
import { handOver, install, root } from "./node.mjs";

install();
// What .env says, the environment overrides.
const settings = existsSync(`${root}.env`) ? ["--env-file=.env"] : [];
handOver([...settings, `${root}app/start.ts`], process.argv.slice(2));
