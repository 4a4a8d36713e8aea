import { InfraFailed, prepareInfra } from "../../scripts/infra.ts";

/**
 * Prints why tests are skipped: something they need is not available. Throws when `CI` is set, where nothing may be
 * skipped.
 */
export function unavailable(what: string): void {
  if (process.env.CI) throw new Error(`not available in CI: ${what}`);
  process.stderr.write(`skipped: ${what}\n`);
}

/** Finds or installs the programs that a test needs. Returns undefined and prints the reason when that fails; throws when `CI` is set. */
export async function available<const N extends Parameters<typeof prepareInfra>[0][number]>(...need: readonly N[]) {
  try {
    return await prepareInfra<N>(need);
  } catch (error) {
    if (!(error instanceof InfraFailed)) throw error;
    unavailable(error.message);
    return undefined;
  }
}
