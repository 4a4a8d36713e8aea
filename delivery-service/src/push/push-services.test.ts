import { expect, test } from "vitest";
import { createPushServices, type PushInHand } from "./push-services.ts";

const begin = (services: ReturnType<typeof createPushServices>, service: string, count: number) =>
  Array.from({ length: count }, () => services.begin(service)).filter((push) => push !== null);
const hang = (services: ReturnType<typeof createPushServices>, service: string) => {
  const push = services.begin(service) as PushInHand;
  push.didNotAnswer();
  push.end();
};

test("a service that hangs has four in hand, others as many as there are; once it answers, it has as many again", () => {
  const services = createPushServices();
  expect(begin(services, "https://a", 20)).toHaveLength(20);
  hang(services, "https://b");
  const [first, ...others] = begin(services, "https://b", 20);
  expect(others).toHaveLength(3);
  expect(begin(services, "https://a", 20)).toHaveLength(20);
  first?.end();
  expect(begin(services, "https://b", 20)).toHaveLength(1);
  others[0]?.answered();
  expect(begin(services, "https://b", 20)).toHaveLength(20);
});

test("of very many that hang the last thousand are remembered", () => {
  const services = createPushServices();
  for (let n = 0; n < 1_500; n++) hang(services, `https://${n}`);
  expect(begin(services, "https://0", 20)).toHaveLength(20);
  expect(begin(services, "https://1499", 20)).toHaveLength(4);
  expect(begin(services, "https://500", 20)).toHaveLength(4);
});
