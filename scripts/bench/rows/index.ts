import type { Row } from "../row.ts";
import { aggregates } from "./aggregates.ts";
import { commentCpu } from "./comment-cpu.ts";
import { commentLatency } from "./comment-latency.ts";
import { consumer } from "./consumer.ts";
import { consumers } from "./consumers.ts";
import { eventStoreRow } from "./events.ts";
import { sseFanOut, webSocketFanOut } from "./fan-out.ts";
import { footprint } from "./footprint.ts";
import { gatewayCpu } from "./gateway.ts";
import { graph } from "./graph.ts";
import { graphqlCpu } from "./graphql.ts";
import { growth } from "./growth.ts";
import { idleSockets } from "./idle-sockets.ts";
import { instances } from "./instances.ts";
import { joins } from "./joins.ts";
import { readsRow } from "./reads.ts";
import { search } from "./search.ts";
import { transport } from "./transport.ts";

/** Everything that `npm run bench` measures, in this order; growth only when it is named. */
export const rows: readonly Row[] = [
  webSocketFanOut,
  sseFanOut,
  idleSockets,
  graph,
  gatewayCpu,
  graphqlCpu,
  transport,
  commentLatency,
  commentCpu,
  instances,
  joins,
  readsRow,
  consumer,
  consumers,
  aggregates,
  search,
  eventStoreRow,
  footprint,
  growth,
];
