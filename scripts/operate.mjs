// npm run dead-letters, migrate, admin, rebuild, replay, media-move, backup, restore, doctor: installs what is missing, then runs that command under the pinned Node.
import { handOver, install, root, settings } from "./node.mjs";

const [command, ...args] = process.argv.slice(2);
install();
handOver([...settings(), `${root}scripts/operate/${command}.ts`], args);
