// npm run generate -w client: writes src/contract.gen.ts anew from the contracts.
import { fileURLToPath } from "node:url";
import { handOver, install } from "../../scripts/node.mjs";

install();
handOver([fileURLToPath(new URL("generate.ts", import.meta.url))], []);
