import type { Row } from "../row.ts";
import { sseFanOut, webSocketFanOut } from "./fan-out.ts";
import { graph } from "./graph.ts";
import { idleSockets } from "./idle-sockets.ts";

/** Everything that `npm run bench` measures, in this order. */
export const rows: readonly Row[] = [webSocketFanOut, sseFanOut, idleSockets, graph];
