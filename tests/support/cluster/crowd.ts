import { EventSource } from "eventsource";
import { io } from "socket.io-client";
import type { Person } from "../feed.ts";

/** A client that follows a post, reconnects as often as needed, and records what it receives. */
export interface Follower {
  name: string;
  /** Ids of the comments, in order of arrival. */
  comments: string[];
  resets: number;
  /** How often it has connected. */
  connections: number;
  connected(): boolean;
  /** For diagnosing why it is behind. */
  state(): string;
  close(): void;
}

/** A stock Socket.IO client that reconnects by itself and resumes. */
export function followBySocket(url: string, person: Person, postId: string, name: string, transports = ["websocket"]): Follower {
  const socket = io(url, {
    path: "/notifications/socket.io",
    transports,
    auth: { token: person.token },
    reconnectionDelay: 100,
    reconnectionDelayMax: 1_000,
    forceNew: true,
  });
  const follower: Follower = {
    name,
    comments: [],
    resets: 0,
    connections: 0,
    connected: () => socket.connected && following,
    state: () =>
      `session ${socket.io.engine?.id}, connected ${socket.connected}, active ${socket.active}, following ${following}, ${follower.connections} connections, ${last}`,
    close: () => socket.disconnect(),
  };
  let cursor: string | undefined;
  let following = false;
  let last = "";
  const follow = () => {
    following = false;
    socket.timeout(8_000).emit("subscribe-post", postId, cursor ? { cursor } : {}, (error: unknown, ack: { ok: boolean; cursor?: string }) => {
      last = `subscribed: ${error ?? JSON.stringify(ack)}`;
      if (!error && ack.ok) {
        following = true;
        cursor ??= ack.cursor;
      } else if (socket.connected) setTimeout(follow, 500);
    });
  };
  socket.on("connect", () => {
    follower.connections++;
    follow();
  });
  socket.on("connect_error", (error) => {
    last = `refused: ${error.message}`;
    // The library does not retry a handshake that the application refused.
    if (!socket.active) setTimeout(() => socket.connect(), 500);
  });
  socket.on("disconnect", (reason) => {
    following = false;
    last = `disconnected: ${reason}`;
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), 100 + Math.random() * 400);
  });
  socket.on("new_comment", (payload: { comment: { id: string }; cursor: string }) => {
    cursor = payload.cursor;
    follower.comments.push(payload.comment.id);
  });
  socket.on("reset", () => {
    follower.resets++;
  });
  return follower;
}

/** A stock EventSource: it reconnects by itself, with the last cursor. */
export function followByEvents(url: string, person: Person, postId: string, name: string): Follower {
  const source = new EventSource(`${url}/api/sse/comments/${postId}`, {
    fetch: (address, init) => fetch(address, { ...init, headers: { ...init.headers, authorization: `Bearer ${person.token}` } }),
  });
  let current = source;
  let cursor: string | undefined;
  let closed = false;
  const follower: Follower = {
    name,
    comments: [],
    resets: 0,
    connections: 0,
    connected: () => current.readyState === EventSource.OPEN,
    state: () => `state ${current.readyState}, ${follower.connections} connections`,
    close: () => {},
  };
  function listen(to: EventSource) {
    current = to;
    to.addEventListener("hello", (message) => {
      cursor ??= message.lastEventId;
      follower.connections++;
    });
    to.addEventListener("comment_added", (message) => {
      cursor = message.lastEventId;
      follower.comments.push((JSON.parse(message.data) as { comment: { id: string } }).comment.id);
    });
    to.addEventListener("reset", () => {
      follower.resets++;
    });
    // A response that is not a stream (503 while a part is down) closes an EventSource for good; an application opens another.
    to.addEventListener("error", () => {
      if (closed || to.readyState !== EventSource.CLOSED) return;
      setTimeout(
        () => {
          if (!closed) listen(again());
        },
        300 + Math.random() * 300,
      );
    });
  }
  const again = () =>
    new EventSource(`${url}/api/sse/comments/${postId}${cursor ? `?last_event_id=${encodeURIComponent(cursor)}` : ""}`, {
      fetch: (address, init) => fetch(address, { ...init, headers: { ...init.headers, authorization: `Bearer ${person.token}` } }),
    });
  listen(source);
  follower.close = () => {
    closed = true;
    current.close();
  };
  return follower;
}

/** Creates comments at a fixed rate (open loop), and records those that were accepted. */
export function writeAtRate(person: Person, postId: string, perSecond: number) {
  const accepted: string[] = [];
  const latencies: number[] = [];
  const refused = new Map<number, number>();
  const pending = new Set<Promise<void>>();
  let number = 0;
  const timer = setInterval(() => {
    const mutation = `write-${++number}`;
    const started = performance.now();
    const call = person
      .post(`/api/v1/posts/${postId}/comments`, { content: mutation, clientMutationId: mutation })
      .then(
        ({ status, body }) => {
          if (status !== 201) return void refused.set(status, (refused.get(status) ?? 0) + 1);
          accepted.push(body.id);
          latencies.push(performance.now() - started);
        },
        () => void refused.set(0, (refused.get(0) ?? 0) + 1),
      )
      .finally(() => pending.delete(call));
    pending.add(call);
  }, 1_000 / perSecond);
  return {
    accepted,
    latencies,
    refused,
    async stop() {
      clearInterval(timer);
      await Promise.all(pending);
    },
  };
}
