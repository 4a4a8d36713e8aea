import { MediaService } from "@newfeed/shared/proto/newfeed/v1/media_pb.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { grpcClient } from "./support/grpc.ts";
import { fieldsIn, normalized, type Operation, type Outcome, perform, type TransportName, transports } from "./support/parity.ts";
import { operations } from "./support/parity-operations.ts";
import { type Names, type Role, type Scenario, scenarios } from "./support/parity-scenarios.ts";
import { pdf, sendDocument } from "./support/uploads.ts";

const roles: readonly Role[] = ["ann", "ben", "cat", "dan"];

/** People of their own for each transport, who do the same. */
interface World {
  people: Record<Role, Person>;
  names: Names;
  outcomes: Map<string, Outcome | null>;
  events: unknown[];
}

let feed: TestFeed;
const worlds = new Map<TransportName, World>();

/** Gives the upload's id. */
async function uploadDocument(transport: TransportName, person: Person): Promise<string> {
  if (transport !== "gRPC") return (await sendDocument(person, pdf(), "figures.pdf")).body.id;
  async function* parts() {
    yield { part: { case: "info" as const, value: { kind: "document", fileName: "figures.pdf", contentType: "application/pdf" } } };
    yield { part: { case: "chunk" as const, value: pdf() } };
  }
  return (await grpcClient(feed, MediaService, person).uploadMedia(parts())).id;
}

async function createWorld(transport: TransportName): Promise<World> {
  const people = {} as World["people"];
  const names: Names = {};
  for (const role of roles) {
    people[role] = await feed.person(role);
    names[role] = people[role].id;
    names[`@${role}`] = people[role].username;
  }
  const { ann, ben, cat, dan } = people;
  for (const { status } of [
    await ben.post(`/api/v1/users/${ann.id}/follow`),
    await ann.post(`/api/v1/users/${cat.id}/block`),
    await dan.patch("/api/v1/users/me/preferences", { privateAccount: true }),
  ])
    expect(status).toBe(200);
  for (const name of ["document", "unattached"]) names[name] = await uploadDocument(transport, ann);
  return { people, names, outcomes: new Map(), events: [] };
}

/** What GraphQL lacks is done over REST, so that each world comes to the same. */
async function run(world: World, transport: TransportName): Promise<void> {
  for (const { name, operation: operationName, as, input, makes } of scenarios) {
    const operation: Operation = operations[operationName];
    const given = typeof input === "function" ? input(world.names) : input;
    const outcome = await perform(feed, transport, operation, given, as && world.people[as]);
    world.outcomes.set(name, outcome);
    const done = outcome ?? (await perform(feed, "REST", operation, given, as && world.people[as]));
    if (makes && done && "answer" in done) world.names[makes] = (done.answer as { id: string }).id;
  }
}

const labels = ({ names }: World): ReadonlyMap<string, string> => new Map(Object.entries(names).map(([name, value]) => [value, `<${name}>`]));

/** What the services have told of these people, in their order. */
async function eventsOf(world: World): Promise<unknown[]> {
  const told: unknown[] = [];
  for (const service of ["user-service", "post-service", "comment-service"] as const) {
    const database = await feed.platform.openDatabase(service);
    const rows = await database.query<{ type: string; data: unknown }>(
      "SELECT type, body::jsonb -> 'data' AS data FROM newfeed.outbox WHERE body ~ $1 ORDER BY id",
      [
        Object.values(world.people)
          .map(({ id }) => id)
          .join("|"),
      ],
    );
    told.push(...rows.map((row) => normalized(row, labels(world))));
  }
  return told;
}

beforeAll(async () => {
  feed = await startTestFeed();
  for (const transport of transports) {
    const world = await createWorld(transport);
    worlds.set(transport, world);
    await run(world, transport);
    world.events = await eventsOf(world);
  }
}, 600_000);
afterAll(() => feed.close());

const outcomeOf = (transport: TransportName, { name }: Scenario) => {
  const world = worlds.get(transport) as World;
  return normalized(world.outcomes.get(name), labels(world)) as { answer?: unknown; refused?: unknown } | null;
};

test("the table has eighty scenarios or more, each with a name of its own", () => {
  expect(scenarios.length).toBeGreaterThanOrEqual(80);
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
});

describe("over gRPC as over REST", () => {
  test.each(scenarios)("$name", (scenario) => {
    expect(outcomeOf("gRPC", scenario)).toEqual(outcomeOf("REST", scenario));
  });
});

describe("over GraphQL as over REST", () => {
  const has = ({ operation }: Scenario) => (operations[operation] as Operation).graphql !== undefined;
  test.each(scenarios.filter(has))("$name", (scenario) => {
    const [rest, graphql] = [outcomeOf("REST", scenario), outcomeOf("GraphQL", scenario)];
    expect(graphql?.refused).toEqual(rest?.refused);
    if (graphql?.answer !== undefined) expect(graphql.answer).toEqual(fieldsIn(graphql.answer, rest?.answer));
  });
});

test.each(["GraphQL", "gRPC"] as const)("over %s the same events are told as over REST", (transport) => {
  expect(worlds.get("REST")?.events.length).toBeGreaterThan(10);
  expect(worlds.get(transport)?.events).toEqual(worlds.get("REST")?.events);
});
