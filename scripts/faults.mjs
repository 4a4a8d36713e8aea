// npm run test:faults [-- count]: the long form of the fault suite, sixty faults by default.
import { handOver, install, root } from "./node.mjs";

install();
process.env.FAULTS = process.argv[2] ?? "60";
handOver([`${root}node_modules/vitest/vitest.mjs`, "run", "tests/cluster.test.ts"], []);
