import { expect, expectTypeOf, test } from "vitest";
import { type ConsumedType, type ConsumersIn, consumedTypes, consumersIn, consumersOf, eventTypes, producersFor } from "./events.ts";
import { type ServiceName, serviceNames } from "./services.ts";

test("what all consume goes to every service but its producer", () => {
  const row = { producer: "auth-service", consumers: "all" } as const;
  expect(consumersIn(row)).toEqual(serviceNames.filter((name) => name !== "auth-service"));
  expectTypeOf<ConsumersIn<typeof row>>().toEqualTypeOf<Exclude<ServiceName, "auth-service">>();
});

test("a service's types are known to the compiler too", () => {
  expect(consumedTypes("auth-service")).toEqual(["user.updated"]);
  expectTypeOf<ConsumedType<"auth-service">>().toEqualTypeOf<"user.updated">();
});

test("bindings and producers follow from the table", () => {
  for (const service of serviceNames) {
    const types = consumedTypes(service);
    expect(types).toEqual(eventTypes.filter((type) => consumersOf(type).includes(service)));
    expect([...producersFor(service).values()].flat().sort()).toEqual([...types].sort());
  }
});
