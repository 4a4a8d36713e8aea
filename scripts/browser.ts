import { type Browser, chromium } from "playwright-core";
import { findPrograms } from "./infra/programs.ts";
import { InfraFailed } from "./infra.ts";

/** No background traffic, and no sandbox, which containers cannot have. */
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"].concat([
  "--disable-component-update",
  "--disable-sync",
]);

/** Starts a headless Chromium with a temporary profile. Returns null and prints the reason when there is none. */
export async function openBrowser(): Promise<Browser | null> {
  try {
    const { chromium: found } = await findPrograms(["chromium"], (line) => process.stderr.write(`${line}\n`));
    if (!("program" in found)) return null;
    return await chromium.launch({ executablePath: found.program, args: flags, headless: true });
  } catch (error) {
    if (!(error instanceof InfraFailed)) throw error;
    process.stderr.write(`skipped: ${error.message}\n`);
    return null;
  }
}
