// npm run dead-letters, migrate, admin: installs what is missing, then runs that command under the pinned Node.
import { existsSync } from "node:fs";
import { handOver, install, root } from "./node.mjs";

const [command, ...args] = process.argv.slice(2);
install();
// What `npm start` reads too: it says where the data is.
const settings = existsSync(`${root}.env`) ? ["--env-file=.env"] : [];
handOver([...settings, `${root}scripts/operate/${command}.ts`], args);
