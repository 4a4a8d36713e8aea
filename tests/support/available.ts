import { InfraFailed, prepareInfra } from "../../scripts/infra.ts";

/**
 * Says why tests are skipped: what they need cannot be had on this machine. Where `CI` is set nothing is skipped for that:
 * throws.
 */
export function unavailable(what: string): void {
  if (process.env.CI) throw new Error(`CI must have what tests need: ${what}`);
  process.stderr.write(`skipped: ${what}\n`);
}

/** The programs that a test needs, installed where that is possible; undefined, with the reason printed, where they cannot be had. Throws there with `CI` set. */
export async function available<const N extends Parameters<typeof prepareInfra>[0][number]>(...need: readonly N[]) {
  try {
    return await prepareInfra<N>(need);
  } catch (error) {
    if (!(error instanceof InfraFailed)) throw error;
    unavailable(error.message);
    return undefined;
  }
}
