// Writes what follows from the registry of services: compose, the Dockerfile's copies, the environment examples.
import { handOver, install, root } from "./node.mjs";

install();
handOver([`${root}scripts/deployment/main.ts`], []);
