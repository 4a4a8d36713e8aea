import { readFile } from "node:fs/promises";
import { bounds } from "@newfeed/shared/contracts/limits.ts";

/** The rules of the community, as a file has them; null without one. Throws when it cannot be read, or is too long. */
export async function readCommunityRules(file: string | null): Promise<string | null> {
  if (file === null) return null;
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new Error(`RULES_FILE: ${file} cannot be read`, { cause: error });
  });
  if (Buffer.byteLength(text) > bounds.communityRules) throw new Error(`RULES_FILE: ${file} has more than ${bounds.communityRules} bytes`);
  return text.trim() || null;
}
