import { expect, test } from "vitest";
import { eventTable } from "./event-table.ts";
import { consumersOf } from "./events.ts";
import { databaseOf, partNames, partTable, type ServiceName, serviceNames, serviceTable, urlVariable } from "./services.ts";

test("a name with several hyphens is a variable, a database and a role as good as any", () => {
  const name = "trial-feed-service" as ServiceName;
  expect(urlVariable(name)).toBe("TRIAL_FEED_SERVICE_URL");
  expect(databaseOf(name)).toBe("trial_feed");
});

test("every part has a port of its own", () => {
  const ports = partNames.flatMap((name) => [partTable[name].port, partTable[name].grpcPort].filter((port) => port !== null));
  expect(new Set(ports).size).toBe(ports.length);
});

test("a service takes part in account deletion when it deletes the account or consumes its deletion", () => {
  const { producer } = eventTable["user.deleted"];
  const takingPart = serviceNames.filter((name) => serviceTable[name].accountDeletion);
  expect(takingPart.sort()).toEqual([...new Set([producer, ...consumersOf("user.deleted")])].sort());
});
