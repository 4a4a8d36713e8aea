/** Waits for work to end, but no longer than this; resolves with whether it ended. Throws what the work throws until then. */
export async function endsWithin(milliseconds: number, work: Promise<unknown> | undefined): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, milliseconds, false);
  try {
    return await Promise.race([Promise.resolve(work).then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
