import { type Browser, chromium } from "playwright-core";
import { findPrograms } from "./infra/programs.ts";
import { InfraFailed } from "./infra.ts";

/** Offline, quiet, and fit for a container. */
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"].concat([
  "--disable-component-update",
  "--disable-sync",
]);

/** A Chromium of this machine, headless, with a profile that goes when it is closed; null, with the reason printed, where there is none. */
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
