import { eventTable } from "@newfeed/shared/contracts/event-table.ts";
import { consumersOf, type EventType, eventSchema, eventTypes } from "@newfeed/shared/contracts/events.ts";
import { StreamCursor } from "@newfeed/shared/contracts/primitives.ts";
import {
  Acknowledgement,
  clientEventTable,
  type EntryType,
  entryTable,
  multiplexedTable,
  StreamChange,
  signalTable,
} from "@newfeed/shared/contracts/sockets.ts";
import { version } from "@newfeed/shared/http/health.ts";
import * as z from "zod";

type Json = Record<string, unknown>;

const ref = (...path: string[]) => ({ $ref: `#/${path.map((part) => part.replaceAll("~", "~0").replaceAll("/", "~1")).join("/")}` });
const refs = (channel: string, names: string[]) => names.map((name) => ref("channels", channel, "messages", name));

/** A message's payload as JSON Schema; named schemas within it move to the components of the document. */
function payloadOf(schema: z.ZodType, io: "input" | "output", named: Json): Json {
  const json = z.toJSONSchema(schema, {
    target: "draft-7",
    io,
    override({ jsonSchema }) {
      // Messages may grow, whether or not unknown fields are kept.
      if (io === "output" && jsonSchema.properties) delete jsonSchema.additionalProperties;
      // Draft 7 has no empty `items`.
      if (Array.isArray(jsonSchema.items) && jsonSchema.items.length === 0) {
        delete jsonSchema.items;
        jsonSchema.maxItems = 0;
      }
    },
  });
  const { $schema: _dialect, definitions, ...payload } = JSON.parse(JSON.stringify(json).replaceAll('"#/definitions/', '"#/components/schemas/')) as Json;
  Object.assign(named, definitions);
  return payload;
}

/** An entry's data with its position; the same message as a signal has none. */
const entryPayload = (type: EntryType) => entryTable[type].data.extend({ cursor: type in signalTable ? StreamCursor.optional() : StreamCursor });
const about = (kind: "post" | "inbox", type: EntryType) => type === "retract" || type.startsWith("notification") === (kind === "inbox");

const entryTypes = Object.keys(entryTable) as EntryType[];

/** The server's messages over a socket, by name. */
const socketMessages = (): Record<string, z.ZodType> => ({
  ...signalTable,
  ...Object.fromEntries(entryTypes.map((type) => [entryTable[type].socket, entryPayload(type)])),
});

/** The events of each kind of event stream, by name. */
const streamMessages = (kind: "post" | "inbox"): Record<string, z.ZodType> => ({
  hello: z.object({ cursor: StreamCursor }).meta({ description: "First of all: the position that replay starts from" }),
  ...Object.fromEntries(entryTypes.filter((type) => about(kind, type)).map((type) => [entryTable[type].sse, entryPayload(type)])),
  reset: signalTable.reset,
  closing: signalTable.closing,
});

/** The events of a multiplexed event stream, by name: those of every stream, with its name, and what is sent about the streams. */
const multiplexedMessages = (): Record<string, z.ZodType> => ({
  ...Object.fromEntries(entryTypes.map((type) => [entryTable[type].sse, entryPayload(type).extend({ stream: z.string() })])),
  post_liked: signalTable.post_liked,
  post_reposted: signalTable.post_reposted,
  poll_voted: signalTable.poll_voted,
  pinned_changed: signalTable.pinned_changed,
  new_post: signalTable.new_post,
  new_repost: signalTable.new_repost,
  repost_removed: signalTable.repost_removed,
  trends: signalTable.trends,
  user_muted: signalTable.user_muted,
  closing: signalTable.closing,
  ...multiplexedTable,
});

/** Where clients connect. */
export interface Addresses {
  /** The first of the server's own. */
  origin: string;
  /** The port that takes sockets and event streams alone; null where there is none. */
  directPort: number | null;
}

function serversAt({ origin, directPort }: Addresses): Json {
  const { host, protocol } = new URL(origin);
  const secure = protocol === "https:";
  const directly = directPort === null ? "" : `; on one machine also directly at port ${directPort}`;
  return {
    socket: { host, protocol: secure ? "wss" : "ws", description: `Socket.IO${directly}` },
    eventStream: {
      host,
      protocol: secure ? "https" : "http",
      description: `Server-sent events; every event's \`id\` is a position to resume from${directly}`,
    },
    bus: {
      host: "rabbitmq:5672",
      protocol: "amqp",
      description:
        "The RabbitMQ of a cluster (RABBITMQ_URL). Topic exchange `newfeed.events`; for each consuming service a queue `<service>.events`, and with RABBITMQ_PARTITIONS more, by the events' keys",
    },
  };
}

/** The AsyncAPI 3.0 document of sockets, event streams, and the events on the bus. */
export function asyncApiDocument(addresses: Addresses): Json {
  const schemas: Json = {};
  const channels: Json = {};
  const operations: Json = {};

  const messagesOf = (table: Record<string, z.ZodType>, io: "input" | "output" = "output", details: (name: string) => Json = () => ({})) =>
    Object.fromEntries(Object.entries(table).map(([name, schema]) => [name, { name, payload: payloadOf(schema, io, schemas), ...details(name) }]));

  const spoken = socketMessages();
  const heard = Object.fromEntries(Object.entries(clientEventTable).map(([name, event]) => [name, event.arguments]));
  channels["socket"] = {
    address: "/notifications/socket.io",
    title: "Socket.IO (also at /socket.io)",
    description:
      "Handshake with the session cookie, or `auth: {token}`; or, to follow public posts without an account, with `visitor=true` in the query. A client event's payload is the list of its arguments.",
    servers: [ref("servers", "socket")],
    messages: {
      ...messagesOf(spoken),
      ...messagesOf(heard, "input", (name) => ({ summary: clientEventTable[name as keyof typeof clientEventTable].summary })),
      acknowledgement: { name: "acknowledgement", payload: payloadOf(Acknowledgement, "output", schemas) },
    },
  };
  operations["emit"] = { action: "send", channel: ref("channels", "socket"), messages: refs("socket", Object.keys(spoken)) };
  for (const name of Object.keys(heard))
    operations[name] = {
      action: "receive",
      channel: ref("channels", "socket"),
      messages: refs("socket", [name]),
      reply: { channel: ref("channels", "socket"), messages: refs("socket", ["acknowledgement"]) },
    };

  const eventStream = (name: string, table: Record<string, z.ZodType>, channel: Json) => {
    const messages = messagesOf(table);
    channels[name] = { ...channel, servers: [ref("servers", "eventStream")], messages };
    operations[`send.${name}`] = { action: "send", channel: ref("channels", name), messages: refs(name, Object.keys(messages)) };
  };
  eventStream("commentStream", streamMessages("post"), {
    address: "/api/sse/comments/{postId}",
    title: "A post's comments and changes, as server-sent events",
    parameters: { postId: { description: "The post's id" } },
  });
  eventStream("notificationStream", streamMessages("inbox"), { address: "/api/sse/notifications", title: "Your inbox, as server-sent events" });
  eventStream("multiplexedStream", multiplexedMessages(), {
    address: "/api/sse",
    title: "Many streams over one response, as server-sent events",
    description:
      "`hello` names the connection. `followed` says where the replay of a stream starts, `caught_up` that it is live, `unfollowed` that nothing more comes from it. Every event's `id` is a position in all streams.",
  });
  channels["streamChanges"] = {
    address: "/api/sse/{connection}/streams",
    title: "Changes of what a multiplexed event stream follows, by POST",
    parameters: { connection: { description: "The connection, as its `hello` names it" } },
    servers: [ref("servers", "eventStream")],
    messages: messagesOf({ change: StreamChange }, "input"),
  };
  operations["changeStreams"] = { action: "receive", channel: ref("channels", "streamChanges"), messages: refs("streamChanges", ["change"]) };

  for (const type of eventTypes) {
    const consumers = consumersOf(type);
    channels[type] = {
      address: type,
      description: consumers.length > 0 ? `Consumed by ${consumers.join(", ")}.` : "No consumers yet.",
      servers: [ref("servers", "bus")],
      messages: messagesOf({ [type]: eventSchema(type) }, "output", () => ({
        summary: summaryOf(type),
        headers: keyHeader,
        correlationId: ref("components", "correlationIds", "event"),
      })),
      "x-consumers": consumers,
    };
    operations[`publish.${type}`] = { action: "send", channel: ref("channels", type), messages: refs(type, [type]) };
  }

  return {
    asyncapi: "3.0.0",
    info: {
      title: "NewFeed",
      version,
      description: "What is live: Socket.IO, server-sent events, and the events that services publish. Calls are described in `/openapi.json`.",
      license: { name: "MIT" },
    },
    defaultContentType: "application/json",
    servers: serversAt(addresses),
    channels,
    operations,
    components: {
      schemas,
      correlationIds: { event: { location: "$message.payload#/correlationId", description: "Of the request that caused the event" } },
    },
  };
}

const keyHeader = {
  type: "object",
  properties: { key: { type: "string", format: "uuid", description: "The post, or the user, that orders it: events of one key keep their order" } },
};

const summaryOf = (type: EventType) => `An event about a ${eventTable[type].aggregate.replace("_", " ")}`;
