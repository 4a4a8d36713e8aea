import { answer, type Line, type RouteName, upTo } from "./lines.ts";
import { cursorAt, nthId } from "./size.ts";

/** Of a page of a hundred events, each of which is looked up; in the small feed all of its events stand on fewer. */
const hundred = 500;

/** What the routes of the event store cost. The writer is an administrator; all filters are true of very many events. */
export function eventLines(): Partial<Record<RouteName, readonly Line[]>> {
  const popular = nthId("popularPost", 1);
  const inList = (name: string, query: Record<string, string>) => [
    upTo(hundred, answer("listEvents", "writer", { query }, name)),
    upTo(
      hundred,
      answer("listEvents", "writer", ({ now }) => ({ query: { ...query, cursor: cursorAt(1, now) } }), `${name}, behind a cursor`),
    ),
  ];
  return {
    listEvents: [
      ...inList("listEvents", {}),
      ...inList("listEvents of a type", { type: "POST_UPDATED" }),
      ...inList("listEvents of an aggregate", { aggregate: popular }),
      ...inList("listEvents of a correlation", { correlation: "growth" }),
      upTo(
        hundred,
        answer("listEvents", "writer", ({ users }) => ({ query: { actor: users.author } }), "listEvents of an actor"),
      ),
      // A thousand are looked at.
      upTo(500, answer("listEvents", "writer", { query: { type: "post.updated", aggregate: nthId("post", 1) } }, "listEvents, by two filters")),
    ],
    aggregateEvents: [upTo(hundred, answer("aggregateEvents", "writer", { params: { id: popular } }))],
    correlationEvents: [upTo(hundred, answer("correlationEvents", "writer", { params: { correlationId: "growth" } }))],
    // Page by page, as fast as the reader takes them: as `aggregateEvents` reads.
    exportEvents: [],
    tailEvents: [],
    // By its key.
    getEvent: [],
    // An administrator's; a hundred events in a step, as `aggregateEvents` reads them.
    createReplay: [],
    // A thousand are looked at, of each service.
    listDeadLetters: [],
    countDeadLetters: [],
    deadLetterAudit: [],
    replayDeadLetters: [],
    dropDeadLetters: [],
    getDeadLetter: [],
    listReplays: [],
    listAccountDeletions: [],
    getReplay: [],
    pauseReplay: [],
    resumeReplay: [],
    cancelReplay: [],
  };
}
