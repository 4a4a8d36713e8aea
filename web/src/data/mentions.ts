import { useQuery } from "@tanstack/react-query";
import { client } from "./client.ts";
import { keys } from "./keys.ts";

const perCall = 50;

/** Names that are rendered in one moment are asked about together. */
let asked: { names: Set<string>; answer: Promise<ReadonlySet<string>> } | undefined;

async function ask(names: Set<string>): Promise<ReadonlySet<string>> {
  await new Promise((resolve) => setTimeout(resolve));
  asked = undefined;
  return new Set((await client.users.known([...names])).map((name) => name.toLowerCase()));
}

async function isUsername(name: string): Promise<boolean> {
  if (!asked || asked.names.size >= perCall) {
    const names = new Set<string>();
    asked = { names, answer: ask(names) };
  }
  asked.names.add(name);
  return (await asked.answer).has(name);
}

/** Does a mention name no user? Not before the server has said so. */
export const useIsNobody = (username: string): boolean =>
  useQuery({ queryKey: keys.mention(username), queryFn: () => isUsername(username.toLowerCase()), staleTime: 10 * 60_000 }).data === false;
